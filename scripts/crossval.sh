#!/usr/bin/env bash
# Leave-one-subject-out cross-validation, from videos to one table:
#
#   scripts/crossval.sh VIDEOS... --labels labels.csv -o out [--config FILE] [--set key=value] [-- TRAINING FLAGS]
#
# mestr features, training with --loso, mestr run with each subject's own model, mestr evaluate. The config's features say
# which network is trained: MEAN by scripts/train_mean.py, that of windows (features.kind roi-flow-..., as in --config
# boosting_samm) by scripts/train_window.py. VIDEOS must carry subjects: a data-set root or a manifest. They, --config,
# --set, --fps, --device, --landmarks and --jobs are as for mestr run; --classes A,B,.. names the emotions, if they are not
# the training's default; flags after -- go to the training, whose --help lists them. --published-selection drops the
# videos without a micro-expression from training and test, as published numbers of networks of windows have it; VIDEOS
# are manifests then. Prints the table; writes features, models, results, score.txt and score.json to the folder. One
# video that fails ends it: a score without it would be another's. Run again with the same arguments it keeps the features
# that are there. Environment: MESTR=/path/to/mestr takes that program in place of building it; PYTHON, one with PyTorch,
# takes the place of /usr/bin/python3.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-/usr/bin/python3}

usage() {
  sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
}

fail() {
  echo "crossval.sh: $1" >&2
  exit 2
}

inputs=() common=() configs=() classes=() training=()
labels='' out='' selection=''
while (($#)); do
  case $1 in
    --) training=("${@:2}") && break ;;
    -h | --help) usage && exit 0 ;;
    --published-selection) selection=published && shift ;;
    --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
    --labels | --classes | -o | --output | --config | --set | --fps | --device | --landmarks | -j | --jobs)
      (($# > 1)) || fail "$1 needs a value"
      case $1 in
        --labels) [[ -z $labels ]] || fail "--labels can be given once" && labels=$2 ;;
        --classes) classes=(--classes "$2") ;;
        -o | --output) out=$2 ;;
        --config) configs+=("$1" "$2") ;;
        *) common+=("$1" "$2") ;;
      esac
      shift 2
      ;;
    -*) fail "unknown flag $1; flags of the training go after --" ;;
    *) inputs+=("$1") && shift ;;
  esac
done
((${#inputs[@]})) || fail "no videos; --help says how to call it"
[[ -n $labels ]] || fail "--labels is missing"
[[ -f $labels ]] || fail "--labels $labels: no such file"
[[ -n $out ]] || fail "-o is missing: the folder for everything that is written"
for flag in "${training[@]}"; do
  case $flag in
    -h | --help | -o | --output* | --name* | --labels* | --loso | --test-subjects* | --classes* | --published-selection)
      fail "$flag cannot go to the training: crossval.sh sets it, takes it before --, or does without it" ;;
  esac
done
for input in "${inputs[@]}"; do
  [[ -z $selection || $input == *.csv ]] ||
    fail "--published-selection: $input is no manifest (CSV of dataset,subject,video,path,fps)"
done

MESTR=$("$root/scripts/program.sh" build test)

# Features of another call would be trained on as if they were this one's.
mkdir -p "$out"
call=$(printf '%q ' "${inputs[@]}" ${selection:+--published-selection} "${configs[@]}" "${common[@]}" && sha256sum <"$labels")
if [[ -f $out/call.txt && $call != "$(<"$out/call.txt")" ]]; then
  fail "$out was made with other videos, labels or flags: choose another folder, or remove it"
fi
echo "$call" >"$out/call.txt"
rm -rf "$out/models" "$out/score.json" "$out/score.txt"

if [[ -n $selection ]]; then
  for i in "${!inputs[@]}"; do
    PYTHONPATH=$root/src/python "$python" -m mestr.train.selection "${inputs[i]}" "$labels" "$out/selected_$i.csv"
    inputs[i]=$out/selected_$i.csv
  done
fi

echo "== Features" >&2
"$MESTR" features "${inputs[@]}" -o "$out/features" --labels "$labels" "${configs[@]}" "${common[@]}" >&2
kind=$("$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))["features"])' "$out/features/manifest.json")
case $kind in
  mean-v1) name=mean ;;
  roi-flow-*) name=window ;;
  *) fail "features of kind $kind: no cross-validation of their networks" ;;
esac
echo "== Training, one model a subject" >&2
"$python" "$root/scripts/train_$name.py" "$out/features" --labels "$labels" --loso -o "$out/models" --name "$name" \
  --training-data "all subjects of $(basename "$labels") but one" --licence "not stated" "${classes[@]}" "${training[@]}"
echo "== Spotting and recognition, each subject with the model that has not seen it" >&2
"$MESTR" run "${inputs[@]}" -o "$out/results" --overwrite "${configs[@]}" "${common[@]}" \
  --config "$out/models/${name}_loso.yaml" >&2
echo "== Score" >&2
"$MESTR" evaluate --pred "$out/results" --truth "$labels" "${configs[@]}" "${classes[@]}" --by subject \
  --bootstrap 1000 --json "$out/score.json" >"$out/score.part"
mv "$out/score.part" "$out/score.txt"
cat "$out/score.txt"
