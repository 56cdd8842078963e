#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors, and runs every test. Arguments: a preset of
# CMakePresets.json (dev by default; asan and tsan run the same tests under sanitizers).
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-dev}

scripts/setup.sh build test
cmake --preset "$preset"
cmake --build --preset "$preset" --parallel "$(nproc)"
ctest --preset "$preset" --parallel "$(nproc)"
