#!/usr/bin/env bash
# Prints the path of the program mestr for the other scripts: what MESTR says, or else the release preset, which it
# builds after installing what is missing. Arguments: as for setup.sh.
# MESTR may be a path or a name on the PATH.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
if [[ -z ${MESTR:-} ]]; then
  "$root/scripts/setup.sh" "$@"
  cd "$root"
  cmake --preset release >/dev/null
  cmake --build --preset release --parallel "$(nproc)" >&2
  MESTR=$root/build/release/src/cli/mestr
fi
command -v "$MESTR" >/dev/null || {
  echo "MESTR=$MESTR: no such program" >&2
  exit 2
}
realpath "$(command -v "$MESTR")"
