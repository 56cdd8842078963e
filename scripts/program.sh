#!/usr/bin/env bash
# Prints the path of the program mestr for the other scripts: what MESTR says, or else the release preset, which it
# builds after installing what is missing. Arguments: as for setup.sh.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
if [[ -z ${MESTR:-} ]]; then
  "$root/scripts/setup.sh" "$@"
  cd "$root"
  cmake --preset release >/dev/null
  cmake --build --preset release --parallel "$(nproc)" >&2
  MESTR=$root/build/release/src/cli/mestr
fi
echo "$MESTR"
