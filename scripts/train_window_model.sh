#!/usr/bin/env bash
# Makes the network of windows that ships, models/people_window.pt, and its card again, and sets it beside the other
# models in one table (docs/video-level.md); some 50 minutes on two cores. Trains on clips of synthetic people 1 to 200
# and is judged on people 501 to 530, as the model for one's own videos (scripts/train_people_model.sh), whose folder it
# shares. Arguments: a folder for clips, features and results (out/people_model), a folder for the model (models).
# Clips and features that are there are kept. MESTR=/path/to/mestr takes that program in place of building it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$root/out/people_model}
output=${2:-$root/models}
name=people_window
rounds=3

MESTR=$("$root/scripts/program.sh" build test)
export MESTR

# shellcheck source=scripts/people_sets.sh
source "$root/scripts/people_sets.sh"

# Argument: name of a set.
features() {
  echo "== features of windows: $1" >&2
  "$MESTR" features "$work/$1/manifest.csv" --labels "$work/$1/labels.csv" -o "$work/windows_$1" --quiet --config boosting_cas
}

# Arguments: set, folder of results, model. Each model as a user of videos of his own runs it.
find_with() {
  if [[ $3 == */$name.pt ]]; then find_in "$1" "$2" --config boosting_cas --model "$3"; else
    find_in "$1" "$2" --config demo --model "$3"
  fi
}

train_30_clips
clips more_30 161-200 40 30 25
judge_clips
features train_30
features more_30

/usr/bin/python3 "$root/scripts/train_window.py" "$work"/windows_{train,more}_30 --labels "$work/train_30/labels.csv" \
  --labels "$work/more_30/labels.csv" -o "$work" --name "$name" --classes negative,positive,surprise --network slow-fast \
  --width 32 --states 16 --depth 1 --epochs 30 --learning-rate 2e-3 --batch 32 --decode plain --synergy 2 --threads 1 \
  --licence "Apache-2.0" \
  --training-data "synthetic people alone: 200 persons, 33 minutes (scripts/train_window_model.sh); no real face"
cp "$work/$name.pt" "$output/$name.pt"

models=("$root/models/mean_synthetic.pt" "$root/models/people_sequence.pt" "$output/$name.pt")
for model in "${models[@]}"; do
  folder=judged_$(basename "$model" .pt)
  find_with judge "$folder" "$model"
  score_judged "$folder"
done
clips timed 501-502 2 30 24
for ((round = 1; round <= rounds; ++round)); do
  for model in "${models[@]}"; do find_with timed "timed_$(basename "$model" .pt)_$round" "$model"; done
done

/usr/bin/python3 "$root/scripts/people_card.py" "$output/$name.pt" --clips "$work/judge" \
  --results "$work/judged_$name" -o "$output/$name.md"
documents=()
[[ $output -ef $root/models ]] && documents=(--update "$root/docs/video-level.md")
/usr/bin/python3 "$root/scripts/method_table.py" "$work" "${models[@]}" "${documents[@]}"
echo "Model: $output/$name.pt, card: $output/$name.md"
