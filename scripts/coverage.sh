#!/usr/bin/env bash
# How many lines of src/ the tests run: installs what is missing, builds preset coverage (gcov), runs the tests, and
# prints a line a folder and one for all. CUDA's files do not count: most machines cannot run them. Exits with 1 where
# less than 90 % are run.
#
#   scripts/coverage.sh [ARGUMENT of ctest...]     for instance -E '^bench\.' to leave tests out
#
#   build/coverage/lines.txt   the lines of each file that no test runs
set -euo pipefail
cd "$(dirname "$0")/.."
least_percent=90
folder=build/coverage

case ${1:-} in
  -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" && exit 0 ;;
esac

scripts/setup.sh build test coverage
cmake --preset coverage >/dev/null
cmake --build --preset coverage --parallel "$(nproc)"
find $folder -name '*.gcda' -delete
ctest --preset coverage --parallel "$(nproc)" "$@"

gcovr --root . --object-directory $folder --filter 'src/' --exclude 'src/flow/cuda/' --gcov-ignore-parse-errors \
  --csv $folder/files.csv --txt $folder/lines.txt
awk -F, -v least=$least_percent '
  NR > 1 {
    split($1, path, "/")
    total[path[2]] += $2; total["all"] += $2
    run[path[2]] += $3; run["all"] += $3
  }
  END {
    form = "%-12s %5.1f %% of %5d lines\n"
    for (name in total) if (name != "all") printf form, name, 100 * run[name] / total[name], total[name] | "sort"
    close("sort")
    percent = 100 * run["all"] / total["all"]
    printf form, "all", percent, total["all"]
    exit percent < least
  }' $folder/files.csv || {
  echo "coverage.sh: less than $least_percent % of the lines are run; $folder/lines.txt names them" >&2
  exit 1
}
