#!/usr/bin/env bash
# Feeds mestr's readers made-up bytes, with libFuzzer, under the address and undefined-behaviour sanitizers. Installs
# what is missing and builds preset fuzz.
#
#   scripts/fuzz.sh MINUTES [TARGET...]
#
# MINUTES (5, or 0.5) of wall clock are shared by the targets, all of them by default; as many run at a time as there
# are processors. A reader that does anything but return or throw a mestr::Error of one line, takes more than 2 GB or
# 10 s, leaks, or is stopped by a sanitizer is a finding: the script then exits with 1.
#
#   build/fuzz/findings/TARGET   inputs of findings, and TARGET.log with what was wrong
#   build/fuzz/corpus/TARGET     inputs that reached new code: the next run starts from them and from tests/fuzz/corpus
#   build/fuzz/tests/fuzz/mestr_fuzz TARGET FILE   reads one input again
set -euo pipefail
cd "$(dirname "$0")/.."
program=build/fuzz/tests/fuzz/mestr_fuzz

usage() {
  sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
}

# libFuzzer's limits and words for a target.
flags_of() {
  case $1 in
    *_csv) echo "-max_len=2048 -dict=tests/fuzz/dictionaries/csv.dict" ;;
    config_*) echo "-max_len=2048 -dict=tests/fuzz/dictionaries/yaml.dict" ;;
    *_record | *_manifest | *_jsonl) echo "-max_len=4096 -dict=tests/fuzz/dictionaries/json.dict" ;;
    *_zip | *_archive) echo "-max_len=16384 -dict=tests/fuzz/dictionaries/zip.dict" ;;
    image*) echo "-max_len=8192 -dict=tests/fuzz/dictionaries/image.dict" ;;
    video) echo "-max_len=32768 -dict=tests/fuzz/dictionaries/video.dict" ;;
    *) echo "-max_len=4096" ;;
  esac
}

# The last number after a word of libFuzzer's log.
last_of() {
  grep -a -o "$1 *[0-9]*" "$2" | tail -1 | grep -o '[0-9]*$' || echo 0
}

# Runs one target for so many seconds; one line about it. Fails where there is a finding.
fuzz_one() {
  local target=$1 seconds=$2 corpus=build/fuzz/corpus/$1 findings=build/fuzz/findings/$1 log status=0 before found
  local flags
  log=$findings.log
  read -ra flags <<<"$(flags_of "$target")"
  rm -rf "$findings"
  mkdir -p "$corpus" "$findings"
  "$program" "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$findings/" "${flags[@]}" "$corpus" "tests/fuzz/corpus/$target" >"$log" 2>&1 || status=$?
  before=$(grep -a -m 1 INITED "$log" | grep -o 'cov: [0-9]*' | grep -o '[0-9]*$' || echo 0)
  found=$(find "$findings" -type f ! -name 'slow-unit-*' | wc -l)
  ((status == 0 || found > 0)) || found=1
  echo "$target: $(last_of 'number_of_executed_units:' "$log") runs, coverage $(last_of 'cov:' "$log")" \
    "(+$(($(last_of 'cov:' "$log") - before))), findings: $found"
  ((found == 0)) && return
  grep -a -m 1 -E 'FINDING|ERROR: |runtime error|libFuzzer: ' "$log" || tail -1 "$log"
  echo "  $log"
  return 1
}

case ${1:-} in
  -h | --help) usage && exit 0 ;;
  '' | *[!0-9.]*) usage >&2 && exit 2 ;;
esac
minutes=$1
shift

scripts/setup.sh build fuzz
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --parallel "$(nproc)"

targets=("$@")
(($#)) || mapfile -t targets < <(cd tests/fuzz/corpus && printf '%s\n' *)
scratch=$(mktemp -d /dev/shm/mestr-fuzz-XXXXXX 2>/dev/null || mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export TMPDIR=$scratch program
export LSAN_OPTIONS=suppressions=$PWD/tests/support/lsan.supp:print_suppressions=0
export -f fuzz_one flags_of last_of
seconds=$(awk -v minutes="$minutes" -v jobs="$(nproc)" -v targets=${#targets[@]} \
  'BEGIN { jobs = jobs < targets ? jobs : targets; s = int(minutes * 60 * jobs / targets); print s < 1 ? 1 : s }')
echo "fuzz.sh: ${#targets[@]} targets, $seconds s each" >&2
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c "fuzz_one {} $seconds" || {
  echo "fuzz.sh: findings in build/fuzz/findings" >&2
  exit 1
}
