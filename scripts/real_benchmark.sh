#!/usr/bin/env bash
# How well mestr does on real footage with micro-expressions planted into it, and how often it raises a false alarm in
# the same footage with nothing planted:
#
#   scripts/real_benchmark.sh --planted DIR [--plain DIR] [--frozen DIR] [-o OUT] [-- FLAGS OF mestr run]
#
# DIR has manifest.csv and labels.csv, as mestr reads them, and truth.csv (scripts/plant.py writes all three); --plain is
# DIR/plain, and --frozen DIR/frozen where that is there, unless told. OUT is out/real_benchmark. Flags after -- go to
# mestr run (--config demo where they name no config): -- --model mine.pt --set spot.p=0.6. --sweep-column NAME takes
# another column of predictions.csv than the score for the curve. Prints the tables; writes tables.md, tables.json,
# results and, for the next call, faces to OUT.
#
# Environment: MESTR=/path/to/mestr takes that program in place of building it; PYTHON, one with OpenCV and dlib, takes
# the place of /usr/bin/python3 with dlib from PyPI in build/real.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dlib_version=20.0.1.post1 # Debian 12 has none for Python

usage() {
  sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
}

fail() {
  echo "real_benchmark.sh: $1" >&2
  exit 2
}

# Prints a Python that has dlib.
python_with_dlib() {
  local folder=$root/build/real/dlib-$dlib_version
  if [[ -n ${PYTHON:-} ]]; then
    echo "$PYTHON"
  elif /usr/bin/python3 -c 'import dlib' 2>/dev/null; then
    echo /usr/bin/python3
  else
    if ! "$folder/bin/python" -c 'import dlib' 2>/dev/null; then
      echo "installing: dlib-bin $dlib_version" >&2
      rm -rf "$folder"
      mkdir -p "$root/build/real"
      if ! {
        /usr/bin/python3 -m venv --system-site-packages "$folder"
        "$folder/bin/pip" install --disable-pip-version-check --only-binary :all: "dlib-bin==$dlib_version"
      } >"$root/build/real/pip.log" 2>&1; then
        fail "dlib-bin $dlib_version cannot be had from PyPI (is there a network?): $root/build/real/pip.log says why"
      fi
    fi
    echo "$folder/bin/python"
  fi
}

planted='' plain='' frozen='' out=$root/out/real_benchmark
run_flags=() table_flags=()
while (($#)); do
  case $1 in
    --) run_flags=("${@:2}") && break ;;
    -h | --help) usage && exit 0 ;;
    --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
    --planted | --plain | --frozen | -o | --output | --sweep-column)
      (($# > 1)) || fail "$1 needs a value"
      case $1 in
        --planted) planted=$2 ;;
        --plain) plain=$2 ;;
        --frozen) frozen=$2 ;;
        -o | --output) out=$2 ;;
        *) table_flags+=("$1" "$2") ;;
      esac
      shift 2
      ;;
    *) fail "unknown argument $1; --help says how to call it, and flags of mestr run go after --" ;;
  esac
done
[[ -n $planted ]] || fail "--planted is missing: a folder of planted videos; --help says how to call it"
plain=${plain:-$planted/plain}
[[ -n $frozen || ! -f $planted/frozen/manifest.csv ]] || frozen=$planted/frozen
needed=("$planted"/{manifest,labels,truth}.csv "$plain/manifest.csv")
[[ -z $frozen ]] || needed+=("$frozen"/{manifest,labels}.csv)
for file in "${needed[@]}"; do
  [[ -f $file ]] || fail "$file: no such file"
done
[[ " ${run_flags[*]} " == *" --config"* ]] || run_flags+=(--config demo)

MESTR=$("$root/scripts/program.sh" build test)
python=$(python_with_dlib)

# Arguments: the set's name and folder. Some videos may fail: those without a face.
find_in() {
  local status=0
  echo "== $1" >&2
  "$MESTR" run "$2/manifest.csv" -o "$out/results/$1" --overwrite --quiet "${run_flags[@]}" >/dev/null || status=$?
  ((status == 0 || status == 5)) || exit "$status"
}

# Arguments: as for find_in.
score_of() {
  "$MESTR" evaluate --pred "$out/results/$1" --truth "$2/labels.csv" --bootstrap 2000 \
    --json "$out/results/$1/score.json" >/dev/null
}

find_in planted "$planted"
score_of planted "$planted"
find_in plain "$plain"
sets=(--planted "$planted" --plain "$plain")
if [[ -n $frozen ]]; then
  find_in frozen "$frozen"
  score_of frozen "$frozen"
  sets+=(--frozen "$frozen")
fi
echo "== what the faces did" >&2
"$python" "$root/scripts/real_tables.py" "${sets[@]}" --results "$out/results" -o "$out" "${table_flags[@]}"
