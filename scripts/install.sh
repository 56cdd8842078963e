#!/usr/bin/env bash
# Installs mestr: what is missing of its Debian packages, a release build, then program, library, manual pages and
# completion.
#
#   scripts/install.sh [--prefix PREFIX]     # /usr/local as root, ~/.local else
#
# MESTR_BUILD=FOLDER installs what was built there in place of building it.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; }

fail() {
  echo "install.sh: $1" >&2
  exit 2
}

prefix=/usr/local
[ "$(id -u)" -eq 0 ] || prefix=$HOME/.local
while (($#)); do
  case $1 in
    --prefix)
      [[ -n ${2:-} ]] || fail "--prefix needs a folder"
      prefix=$2
      shift 2
      ;;
    --prefix=?*)
      prefix=${1#--prefix=}
      shift
      ;;
    -h | --help) usage && exit 0 ;;
    *) fail "unknown argument $1; --help says what there is" ;;
  esac
done
prefix=$(realpath -m -- "$prefix")
# Found out now, not after minutes of building.
mkdir -p -- "$prefix" 2>/dev/null || true
[[ -d $prefix && -w $prefix ]] ||
  fail "cannot write the folder $prefix; choose another --prefix, or run this as root"

build=${MESTR_BUILD:-build/release}
if [[ -z ${MESTR_BUILD:-} ]]; then
  scripts/setup.sh build
  cmake --preset release >/dev/null
  cmake --build --preset release --parallel "$(nproc)"
fi
cmake --install "$build" --prefix "$prefix" >/dev/null

echo "installed: $prefix/bin/mestr"
[[ :$PATH: == *":$prefix/bin:"* ]] || echo "$prefix/bin is not on the PATH: add it, for example in ~/.profile"
case $prefix in
  /usr | /usr/local) ;;
  *) echo "zsh finds its completion once $prefix/share/zsh/site-functions is in its fpath" ;;
esac
