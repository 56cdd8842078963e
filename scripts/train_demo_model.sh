#!/usr/bin/env bash
# Makes the embedded model models/mean_synthetic.pt, its card and the tables of its scores again; some 35 minutes on two
# cores. Trains on synthetic clips of subjects 1 to 48 at three levels of sensor noise, half of them under each
# alignment, and scores it on subjects 101 to 108 (scripts/synthetic_benchmark.sh). Arguments: a folder for clips,
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
    first=$((8 * (seed - 1001) + 1)) # eight subjects a seed
    if [[ ! -f $set/manifest.csv ]]; then
      "$MESTR" synth -o "$set" --overwrite --preset train --format video --seed "$seed" --subjects "$first-$((first + 7))" \
        --clips 24 --seconds 8 --density 25 --noise "$noise"
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
  -o "$output" --name mean_synthetic --model-version 2 --report "$work/report" --device cpu \
  --recognition-samples sliding --licence "Apache-2.0" \
  --training-data "synthetic clips only (scripts/train_demo_model.sh): one portrait, warped and relit; a research demo, nothing about real people"

documents=()
[[ $output -ef $root/models ]] && documents=("$root/models/README.md" "$root/docs/benchmarks.md")
"$root/scripts/synthetic_benchmark.sh" "$work/benchmark" "$output/mean_synthetic.pt" "${documents[@]}"
{
  echo
  echo "## Scores on synthetic clips of subjects and seeds that it has not seen"
  echo
  echo "Everything here, the faces included, is synthetic; models/README.md says what the tables mean."
  echo
  sed 's/^##/###/' "$work/benchmark/tables.md"
} >>"$output/mean_synthetic.md"
echo "Model: $output/mean_synthetic.pt, card: $output/mean_synthetic.md, losses: $work/report"
