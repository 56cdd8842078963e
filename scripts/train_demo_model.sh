#!/usr/bin/env bash
# Makes the embedded model models/mean_synthetic.pt, its card and the tables of its scores anew; some 50 minutes on two
# cores. Trains on clips of synthetic people 1 to 96, who look on as in the recorded data sets, at three levels of camera
# noise, half of them under each alignment, and scores it on people 101 to 108 (scripts/synthetic_benchmark.sh). Arguments: a folder for clips,
# features and results (out/demo_model), a folder for the model (models). Clips and features that are there are kept.
# MESTR=/path/to/mestr takes that program in place of building it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$root/out/demo_model}
output=${2:-$root/models}

MESTR=$("$root/scripts/program.sh" build test)
export MESTR

labels=()
seed=1001
for alignment in similarity crop; do
  manifests=()
  for noise in 1 2 4; do
    set="$work/train_${alignment}_noise$noise"
    first=$((16 * (seed - 1001) + 1)) # sixteen people a seed
    if [[ ! -f $set/manifest.csv ]]; then
      "$MESTR" synth -o "$set" --overwrite --format video --seed "$seed" --subjects "$first-$((first + 15))" \
        --clips 24 --seconds 8 --density 25 --contexts frozen,still,still --noise "$noise"
    fi
    manifests+=("$set/manifest.csv")
    labels+=(--labels "$set/labels.csv")
    seed=$((seed + 1))
  done
  "$MESTR" features "${manifests[@]}" -o "$work/features_$alignment" --quiet --config demo --set "face.alignment=$alignment"
done

# The published recipe but for one thing: recognition learns on what it will be asked about, pairs (i, i + k) between
# onset and apex, and not on onset-apex pairs alone.
/usr/bin/python3 "$root/scripts/train_mean.py" "$work"/features_{similarity,crop} "${labels[@]}" \
  -o "$output" --name mean_synthetic --model-version 3 --report "$work/report" --device cpu \
  --recognition-samples sliding --licence "Apache-2.0" \
  --training-data "synthetic people alone: 96 persons (scripts/train_demo_model.sh); a research demo, nothing about real people"

documents=()
[[ $output -ef $root/models ]] && documents=("$root/models/README.md" "$root/docs/benchmarks.md")
"$root/scripts/synthetic_benchmark.sh" "$work/benchmark" "$output/mean_synthetic.pt" "${documents[@]}"
{
  echo
  echo "## Scores on clips of synthetic people that it has not seen"
  echo
  echo "models/README.md says what the tables mean."
  echo
  sed 's/^##/###/' "$work/benchmark/tables.md"
} >>"$output/mean_synthetic.md"
echo "Model: $output/mean_synthetic.pt, card: $output/mean_synthetic.md, losses: $work/report"
