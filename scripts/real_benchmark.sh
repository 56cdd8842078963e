#!/usr/bin/env bash
# How well mestr does on your own footage, or on any: plants micro-expressions into it, looks for them, and counts false
# alarms in the same videos with nothing planted:
#
#   scripts/real_benchmark.sh VIDEO... [-o OUT] [--seeds 1,2] [-- FLAGS OF mestr run]
#   scripts/real_benchmark.sh --planted DIR [--plain DIR] [--frozen DIR] [-o OUT] [-- FLAGS OF mestr run]
#
# VIDEO: files with one face each. --seeds, --intensity, --per-minute, --gap, --start, --end, --face and --crf are those of
# scripts/plant.py, whose --help has them. A set that is planted already has manifest.csv and labels.csv, as mestr reads
# them, and truth.csv; --plain is DIR/plain and --frozen DIR/frozen, where that is there, unless told.
#
# --sweep OPTION=V1,V2,... runs mestr again with each value of an option, for a curve: of a flag (--sweep
# min-evidence=1,2,3) or of a key of the config (--sweep spot.min_motion_px=0.25,0.5). Without it the curve drops finds
# of a low score; --sweep-column NAME takes another column of predictions.csv. Flags after -- go to mestr run, with
# --config demo where they name no config: -- --model mine.pt --set spot.p=0.6
#
# Prints the tables; writes tables.md, tables.json, the planted videos (set), results and faces to OUT, which is
# out/real_benchmark. A second call with the same videos keeps the planted ones. Takes some 10 times as long as the
# footage on two cores. Environment: MESTR=/path/to/mestr takes that program in place of building it; PYTHON, one with
# OpenCV and dlib, takes the place of /usr/bin/python3 with dlib from PyPI in build/real.
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

planted='' plain='' frozen='' out=$root/out/real_benchmark sweep=''
videos=() planting=() run_flags=() table_flags=()
while (($#)); do
  case $1 in
    --) run_flags=("${@:2}") && break ;;
    -h | --help) usage && exit 0 ;;
    --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
    --planted | --plain | --frozen | -o | --output | --sweep | --sweep-column | \
      --seeds | --intensity | --per-minute | --gap | --start | --end | --face | --crf)
      (($# > 1)) || fail "$1 needs a value"
      case $1 in
        --planted) planted=$2 ;;
        --plain) plain=$2 ;;
        --frozen) frozen=$2 ;;
        -o | --output) out=$2 ;;
        --sweep) sweep=$2 ;;
        --sweep-column) table_flags+=("$1" "$2") ;;
        *) planting+=("$1" "$2") ;;
      esac
      shift 2
      ;;
    -*) fail "unknown flag $1; flags of mestr run go after --" ;;
    *) videos+=("$1") && shift ;;
  esac
done
[[ -n $planted || ${#videos[@]} -gt 0 ]] || fail "no videos; --help says how to call it"
[[ -z $planted || ${#videos[@]}${#planting[@]} == 00 ]] || fail "--planted has its videos: nothing can be planted there"
[[ -n $planted || -z $plain$frozen ]] || fail "--plain and --frozen belong to --planted"
[[ -z $sweep || $sweep =~ ^[a-z][a-z._-]*=[^/]+$ ]] || fail "--sweep $sweep: must be OPTION=V1,V2,..."
for file in "${videos[@]}"; do
  [[ -f $file ]] || fail "$file: no such video file"
done
[[ " ${run_flags[*]} " == *" --config"* ]] || run_flags+=(--config demo)

# Of other videos, or planted in another way, their results would be taken for this call's.
plant() {
  local call
  call=$(printf '%q ' "${planting[@]}" && stat -c '%n %s %Y' "${videos[@]}")
  if [[ -f $out/set/call.txt ]]; then
    [[ $call == "$(<"$out/set/call.txt")" ]] ||
      fail "$out has other videos, or other flags planted them: choose another folder, or remove it"
    return
  fi
  rm -rf "$out/set.part" # of a call that was interrupted
  "$python" "$root/scripts/plant.py" "${videos[@]}" -o "$out/set.part" --faces "$out/faces" --frozen \
    "${planting[@]}" >&2
  echo "$call" >"$out/set.part/call.txt"
  mv -T "$out/set.part" "$out/set" || fail "$out/set is in the way: choose another folder, or remove it"
}

# Arguments: the folder of results, of a set, further flags. Some videos may fail: those without a face.
find_in() {
  local status=0
  echo "== ${1#"$out/"}" >&2
  "$MESTR" run "$2/manifest.csv" -o "$1" --overwrite --quiet "${run_flags[@]}" "${@:3}" >/dev/null || status=$?
  ((status == 0 || status == 5)) || exit "$status"
}

# Arguments: as for find_in.
find_and_score_in() {
  find_in "$@"
  "$MESTR" evaluate --pred "$1" --truth "$2/labels.csv" --bootstrap 2000 --json "$1/score.json" >/dev/null
}

MESTR=$("$root/scripts/program.sh" build test)
python=$(python_with_dlib)
if [[ -z $planted ]]; then
  echo "== planting" >&2
  plant
  planted=$out/set
fi
plain=${plain:-$planted/plain}
[[ -n $frozen || ! -f $planted/frozen/manifest.csv ]] || frozen=$planted/frozen
needed=("$planted"/{manifest,labels,truth}.csv "$plain/manifest.csv")
[[ -z $frozen ]] || needed+=("$frozen"/{manifest,labels}.csv)
for file in "${needed[@]}"; do
  [[ -f $file ]] || fail "$file: no such file"
done
(($(grep -c . "$planted/labels.csv") > 1)) || fail "nothing is planted: no video shows a face for long enough"

results=$out/results
sets=(--planted "$planted" --plain "$plain")
find_and_score_in "$results/planted" "$planted"
find_in "$results/plain" "$plain"
if [[ -n $frozen ]]; then
  find_and_score_in "$results/frozen" "$frozen"
  sets+=(--frozen "$frozen")
fi
if [[ -n $sweep ]]; then
  option=${sweep%%=*}
  IFS=, read -ra values <<<"${sweep#*=}"
  for value in "${values[@]}"; do
    flags=("--$option" "$value")
    [[ $option != *.* ]] || flags=(--set "$option=$value")
    find_and_score_in "$results/sweep/$value/planted" "$planted" "${flags[@]}"
    find_in "$results/sweep/$value/plain" "$plain" "${flags[@]}"
  done
  table_flags+=(--sweep "$sweep")
fi
echo "== what the faces did" >&2
"$python" "$root/scripts/real_tables.py" "${sets[@]}" --results "$results" -o "$out" "${table_flags[@]}"
