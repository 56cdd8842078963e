#!/usr/bin/env bash
# Measures everything that docs/benchmarks.md has tables of, on this machine, and puts the tables there; some 20 minutes on
# two cores. Arguments are handed on to mestr bench (--repetitions 5). Keeps what was measured in out/benchmarks.
# MESTR=/path/to/mestr takes that program in place of building it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
MESTR=$("$root/scripts/program.sh" build test)
cd "$root" # the page shows the command, whose paths are then those in the repository
out=out/benchmarks
page=docs/benchmarks.md

mkdir -p "$out"
"$MESTR" bench --json "$out/bench.json" "$@"
/usr/bin/python3 scripts/benchmark_page.py "$out/bench.json" "$page"
/usr/bin/python3 scripts/startup_cost.py "$MESTR" --update "$page"
/usr/bin/python3 scripts/compare_with_python.py --mestr "$MESTR" --update "$page"
