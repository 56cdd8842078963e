#!/usr/bin/env bash
# Sets of clips of synthetic people, and what the program finds in them; for the scripts that train on people, which
# source this. Needs MESTR (the program) and work (a folder for all of it); what is there is kept.
: "${MESTR:?}" "${work:?}"

# Arguments: name, people, number of clips, frames a second, seed.
clips() {
  [[ ! -f $work/$1/manifest.csv ]] || return 0
  echo "== clips: $1" >&2
  "$MESTR" synth -o "$work/$1" --overwrite --format video --subjects "$2" --clips "$3" --seconds 10 --fps "$4" \
    --seed "$5" >/dev/null
}

# The same people at every call: 1 to 200 are trained on, 501 to 530 judge.
train_30_clips() { clips train_30 1-160 160 30 21; }
judge_clips() { clips judge 501-530 30 30 24; }

# Arguments: set, folder of results, further flags of mestr run.
find_in() {
  echo "== finds: $2" >&2
  "$MESTR" run "$work/$1/manifest.csv" -o "$work/$2" --overwrite --quiet "${@:3}" >/dev/null
}

# Arguments: folder of results over the clips that judge.
score_judged() {
  "$MESTR" evaluate --pred "$work/$1" --truth "$work/judge/labels.csv" --bootstrap 2000 --json "$work/$1/score.json" >/dev/null
}
