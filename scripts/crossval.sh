#!/usr/bin/env bash
# Leave-one-subject-out cross-validation of MEAN, from videos to one table:
#
#   scripts/crossval.sh VIDEOS... --labels labels.csv -o out [--config FILE] [--set key=value] [-- TRAINING FLAGS]
#
# mestr features, scripts/train_mean.py --loso, mestr run with each subject's own model, mestr evaluate. VIDEOS, --config,
# --set, --fps, --device, --landmarks and --jobs are as for mestr run; all flags after -- go to scripts/train_mean.py
# (--help lists them). Prints the table; writes features, models, results, score.txt and score.json. Features that are
# there already are kept, so a run that was cut off goes on. MESTR=/path/to/mestr takes that program in place of building
# it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

usage() {
  sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

fail() {
  echo "crossval.sh: $1" >&2
  exit 2
}

inputs=() common=() training=()
labels='' out=''
while (($#)); do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --labels | -o | --output | --config | --set | --fps | --device | --landmarks | -j | --jobs)
      (($# > 1)) || fail "$1 needs a value"
      case $1 in
        --labels) labels=$2 ;;
        -o | --output) out=$2 ;;
        *) common+=("$1" "$2") ;;
      esac
      shift 2
      ;;
    --) training=("${@:2}") && break ;;
    -*) fail "unknown flag $1; flags of the training go after --" ;;
    *) inputs+=("$1") && shift ;;
  esac
done
((${#inputs[@]})) || fail "no videos; --help says how to call it"
[[ -n $labels ]] || fail "--labels is missing"
[[ -f $labels ]] || fail "--labels $labels: no such file"
[[ -n $out ]] || fail "-o is missing: the folder for everything that is written"

MESTR=$("$root/scripts/program.sh" build test)

echo "== Features" >&2
"$MESTR" features "${inputs[@]}" -o "$out/features" --labels "$labels" "${common[@]}" >&2
echo "== Training, one model a subject" >&2
/usr/bin/python3 "$root/scripts/train_mean.py" "$out/features" --labels "$labels" --loso -o "$out/models" --name mean \
  --training-data "all subjects of $(basename "$labels") but one" --licence "not stated" "${training[@]}"
echo "== Spotting and recognition, each subject with the model that has not seen it" >&2
"$MESTR" run "${inputs[@]}" -o "$out/results" "${common[@]}" --config "$out/models/mean_loso.yaml" >&2
echo "== Score" >&2
"$MESTR" evaluate --pred "$out/results" --truth "$labels" --by subject --bootstrap 1000 --json "$out/score.json" |
  tee "$out/score.txt"
