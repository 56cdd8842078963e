#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors, and runs every test. Arguments: a preset of
# CMakePresets.json (dev by default; asan and tsan run the same tests under sanitizers).
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-dev}

scripts/setup.sh build test
# Slurm and Snakemake, for tests that only root can run.
if [[ $preset == dev && $(id -u) -eq 0 ]] && ! tests/cluster/setup.sh; then
  echo "test.sh: without them; their tests are skipped" >&2
fi
cmake --preset "$preset"
cmake --build --preset "$preset" --parallel "$(nproc)"
# One more than there are processors: tests of Slurm and of time-outs mostly wait.
ctest --preset "$preset" --parallel "$(($(nproc) + 1))"
