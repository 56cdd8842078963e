#!/usr/bin/env bash
# Makes the model for a user's own videos, models/people_sequence.pt, and its card again; some two hours on two cores.
# Trains on clips of synthetic people 1 to 240, calibrates evidence and threshold on people 401 to 460, and is judged on
# people 501 to 560. Arguments: a folder for clips, features and results (out/people_model), a folder for the model
# (models). What is there and complete is kept. MESTR=/path/to/mestr takes that program in place of building it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$root/out/people_model}
output=${2:-$root/models}
name=people_sequence

MESTR=$("$root/scripts/program.sh" build test)
export MESTR

# Arguments: name, people, number of clips, frames a second, seed.
clips() {
  [[ -f $work/$1/manifest.csv ]] && return
  echo "== clips: $1" >&2
  "$MESTR" synth -o "$work/$1" --overwrite --format video --subjects "$2" --clips "$3" --seconds 12 --fps "$4" --seed "$5" \
    >/dev/null
}

clips train_30 1-160 160 30 21
clips train_25 161-240 80 25 22
clips calibrate 401-460 60 30 23
clips judge 501-560 60 30 24

"$MESTR" features "$work"/train_{30,25}/manifest.csv -o "$work/features" --quiet --config demo \
  --set features.kind=flow-grid-v1 --set flow.method=fast
/usr/bin/python3 "$root/scripts/train_sequence.py" "$work/features" --labels "$work/train_30/labels.csv" \
  --labels "$work/train_25/labels.csv" -o "$work" --name "$name" --fps 30 --steps 4000 --threads 2 --licence "Apache-2.0" \
  --training-data "synthetic people alone: 240 persons, 48 minutes (scripts/train_people_model.sh); no real face"

# Arguments: name of a set, model, further flags.
find_in() {
  echo "== finds: $1" >&2
  "$MESTR" run "$work/$1/manifest.csv" -o "$work/results_$1" --overwrite --quiet --config demo --model "$2" "${@:3}" >/dev/null
}

find_in calibrate "$work/$name.pt" --min-evidence 0.01
/usr/bin/python3 "$root/scripts/calibrate_evidence.py" "$work/$name.pt" --results "$work/results_calibrate" \
  --labels "$work/calibrate/labels.csv" -o "$output/$name.pt"
find_in judge "$output/$name.pt"
"$MESTR" evaluate --pred "$work/results_judge" --truth "$work/judge/labels.csv" --bootstrap 2000 \
  --json "$work/results_judge/score.json"
