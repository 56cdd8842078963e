#!/usr/bin/env bash
# How well a model does on clips of synthetic people that it has not seen, who look on as in the recorded data sets, for
# both alignments, three levels of camera noise, and both flow engines; some 25 minutes on two cores. Arguments: a folder for clips and results
# (out/synthetic_benchmark), a model (the embedded one). Writes tables.md there; further arguments are Markdown files
# whose tables, between "begin" and "end" comments, are brought up to date. Clips, and this model's runs, that are
# complete are kept. MESTR=/path/to/mestr takes that program in place of building it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$root/out/synthetic_benchmark}
model=${2:-$root/models/mean_synthetic.pt}

[[ -f $model ]] || {
  echo "synthetic_benchmark.sh: $model: no such model" >&2
  exit 2
}
MESTR=$("$root/scripts/program.sh" build test)
sha256=$(sha256sum "$model" | cut -d' ' -f1)

# The same clips at each level of noise: people, seed and expressions are the same.
for noise in 2 4 8; do
  set="$work/clips_noise$noise"
  if [[ ! -f $set/manifest.csv ]]; then
    "$MESTR" synth -o "$set" --overwrite --format avi --seed 2002 --subjects 101-108 --clips 40 \
      --contexts frozen,still,still --noise "$noise"
  fi
  for alignment in crop similarity; do
    for engine in exact fast; do
      results="$work/${alignment}_noise${noise}_$engine"
      [[ -f $results/score.json ]] && grep -q "$sha256" "$results/run.json" && continue
      rm -f "$results/score.json"
      echo "== $alignment, noise $noise, $engine"
      "$MESTR" run "$set/manifest.csv" -o "$results" --overwrite --quiet --config demo --model "$model" \
        --set "face.alignment=$alignment" --set "flow.method=$engine" >/dev/null
      "$MESTR" evaluate --pred "$results" --truth "$set/labels.csv" --bootstrap 2000 --json "$results/score.json" >/dev/null
    done
  done
done
/usr/bin/python3 "$root/scripts/benchmark_tables.py" "$work" --update "${@:3}"
