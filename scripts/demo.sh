#!/usr/bin/env bash
# Installs what is missing, builds, makes three short synthetic clips with known micro-expressions, finds them, and
# shows what was found beside the truth, at last in a page to look at. Argument: a folder for clips and results, out/demo by default.
# MESTR=/path/to/mestr takes that program in place of building it.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-out/demo}

mestr=$(scripts/program.sh build)

echo
echo "== Three clips of synthetic people with known micro-expressions"
"$mestr" synth -o "$out/clips" --preset demo --overwrite
echo
echo "== What mestr finds in them"
"$mestr" run "$out/clips/manifest.csv" -o "$out/results" --overwrite --config demo
echo
echo "== $out/results/predictions.csv"
cat "$out/results/predictions.csv"
echo
echo "== The truth, and the score against it"
cat "$out/clips/labels.csv"
echo
"$mestr" evaluate --pred "$out/results" --truth "$out/clips/labels.csv"
echo
echo "== The same to look at"
"$mestr" report "$out/results" --truth "$out/clips/labels.csv"
echo
echo "Clips:   $out/clips"
echo "Results: $out/results"
echo "Your own video: $mestr run clip.mp4 --report (scripts/install.sh puts mestr on the path)"
echo "Report:  $out/results/report.html (open it in a browser)"
