#!/usr/bin/env bash
# Measures everything that docs/benchmarks.md has tables of, on this machine, and puts the tables there; some 20 minutes on
# two cores. Arguments are handed on to mestr bench (--repetitions 5). Keeps what was measured in out/benchmarks.
# MESTR=/path/to/mestr takes that program in place of building it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/out/benchmarks
MESTR=$("$root/scripts/program.sh" build test)

mkdir -p "$out"
"$MESTR" bench --json "$out/bench.json" "$@"
/usr/bin/python3 "$root/scripts/benchmark_page.py" "$out/bench.json" "$root/docs/benchmarks.md"
/usr/bin/python3 "$root/scripts/startup_cost.py" "$MESTR" --update "$root/docs/benchmarks.md"
/usr/bin/python3 "$root/scripts/compare_with_python.py" --mestr "$MESTR" --update "$root/docs/benchmarks.md"
