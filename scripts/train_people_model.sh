#!/usr/bin/env bash
# Makes the model for a user's own videos, models/people_sequence.pt, and its card again; some 80 minutes on two cores.
# Trains on clips of synthetic people 1 to 200, calibrates evidence and threshold on people 401 to 460, and is judged on
# people 501 to 530. Arguments: a folder for clips, features and results (out/people_model), a folder for the model
# (models), a table of scripts/real_benchmark.sh that the card takes over (none). Clips and features that are there are
# kept. MESTR=/path/to/mestr takes that program in place of building it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$root/out/people_model}
output=${2:-$root/models}
real=${3:-}
name=people_sequence

MESTR=$("$root/scripts/program.sh" build test)
export MESTR

# shellcheck source=scripts/people_sets.sh
source "$root/scripts/people_sets.sh"

# Arguments: name of a set.
features() {
  echo "== features: $1" >&2
  "$MESTR" features "$work/$1/manifest.csv" --labels "$work/$1/labels.csv" -o "$work/features_$1" --quiet --config demo \
    --set features.kind=flow-grid-v1 --set flow.method=fast
}

train_30_clips
clips train_25 161-200 40 25 22
clips calibrate 401-460 60 30 23
judge_clips
features train_30
features train_25

/usr/bin/python3 "$root/scripts/train_sequence.py" "$work"/features_train_{30,25} --labels "$work/train_30/labels.csv" \
  --labels "$work/train_25/labels.csv" -o "$work" --name "$name" --fps 30 --threads 1 --licence "Apache-2.0" \
  --training-data "synthetic people alone: 200 persons, 33 minutes (scripts/train_people_model.sh); no real face"
find_in calibrate results_calibrate --config demo --model "$work/$name.pt" --min-evidence 0.01
/usr/bin/python3 "$root/scripts/calibrate_evidence.py" "$work/$name.pt" --results "$work/results_calibrate" \
  --labels "$work/calibrate/labels.csv" -o "$work/calibrated/$name.pt"
find_in judge results_judge --config demo --model "$work/calibrated/$name.pt"
score_judged results_judge
/usr/bin/python3 "$root/scripts/people_card.py" "$work/calibrated/$name.pt" --clips "$work/judge" \
  --results "$work/results_judge" --reliability "$work/calibrated/${name}_reliability.json" ${real:+--real "$real"} \
  -o "$output/$name.md"
cp "$work/calibrated/$name.pt" "$output/$name.pt"
echo "Model: $output/$name.pt, card: $output/$name.md"
