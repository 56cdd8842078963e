#!/usr/bin/env bash
# Installs what is missing and checks form and types of all files that git knows or would add. Arguments: the checks to
# run, all but tidy by default:
#
#   format      clang-format of .h, .cpp and .cu, by .clang-format
#   ruff        Python, by pyproject.toml
#   mypy        types in scripts/ and src/python/, by pyproject.toml
#   shell       shellcheck of .sh, .sbatch and .ci/run
#   tidy        clang-tidy by .clang-tidy; takes minutes. File names after it: those alone; without, every file that the
#               dev preset compiles. Those that include LibTorch or CUDA are passed over: their headers are not ours.
#
# Runs every check that was asked for, names those that failed, and exits with 1 if there are any.
set -euo pipefail
cd "$(dirname "$0")/.."
ruff_version=0.14.14 # Debian 12 has none; from PyPI, into build/lint

fail() {
  echo "lint.sh: $1" >&2
  exit 2
}

# The first of some names that is a program.
tool() {
  local name
  for name; do
    command -v "$name" && return
  done
  fail "${!#} is not installed; see [lint] in scripts/debian-packages.txt"
}

# Files of git's patterns that are there, one a line.
files() {
  git ls-files --cached --others --exclude-standard --deduplicate "$@" | while IFS= read -r file; do
    [[ ! -f $file ]] || echo "$file"
  done
}

check_format() {
  local clang_format sources
  clang_format=$(tool clang-format-14 clang-format)
  mapfile -t sources < <(files '*.h' '*.cpp' '*.cu')
  "$clang_format" --dry-run -Werror "${sources[@]}"
}

ruff() {
  local folder=build/lint/ruff-$ruff_version python
  if [[ $(command ruff --version 2>/dev/null) == "ruff $ruff_version" ]]; then
    command ruff "$@"
    return
  fi
  if [[ ! -x $folder/bin/ruff ]]; then
    echo "installing: ruff $ruff_version" >&2
    rm -rf "$folder"
    mkdir -p build/lint
    python=$(tool /usr/bin/python3 python3)
    if ! {
      "$python" -m venv "$folder"
      "$folder/bin/pip" install --disable-pip-version-check --only-binary :all: "ruff==$ruff_version"
    } >build/lint/pip.log 2>&1; then
      fail "ruff $ruff_version cannot be had from PyPI (is there a network?): build/lint/pip.log says why"
    fi
  fi
  "$folder/bin/ruff" "$@"
}

check_ruff() {
  ruff check
}

check_mypy() {
  local mypy
  mypy=$(tool mypy)
  "$mypy"
}

check_shell() {
  local shellcheck scripts
  shellcheck=$(tool shellcheck)
  mapfile -t scripts < <(files '*.sh' '*.sbatch' .ci/run)
  "$shellcheck" "${scripts[@]}"
}

# Arguments: files, or none for all.
check_tidy() {
  local database=build/dev/compile_commands.json clang_tidy file sources=() checked=()
  clang_tidy=$(tool clang-tidy-14 clang-tidy)
  if [[ ! -f $database ]]; then
    scripts/setup.sh build test
    cmake --preset dev >/dev/null
  fi
  if (($#)); then
    sources=("$@")
  else
    mapfile -t sources < <(files '*.cpp')
  fi
  for file in "${sources[@]}"; do
    [[ -f $file ]] || fail "$file: no such file"
    file=$(realpath "$file")
    if ! grep -qF "\"$file\"" "$database"; then
      (($# == 0)) || fail "$file: the dev preset does not compile it"
    elif grep -qE '#include <(torch|ATen|c10|cuda|cuda_runtime)[/._]' "$file"; then
      echo "passed over, as it includes LibTorch or CUDA: $file" >&2
    else
      checked+=("$file")
    fi
  done
  ((${#checked[@]})) || return 0
  # How many warnings it found in the headers of others is not of interest.
  printf '%s\0' "${checked[@]}" |
    xargs -0 -P "$(nproc)" -n 1 "$clang_tidy" --quiet -p build/dev 2> >(grep -v ' warnings\? generated' >&2)
}

checks=("$@")
(($#)) || checks=(format ruff mypy shell)
for check in "${checks[@]}"; do
  case $check in
    format | ruff | mypy | shell) ;;
    tidy) break ;; # what follows are files
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" && exit 0 ;;
    *) fail "there is no check $check; --help lists them" ;;
  esac
done
scripts/setup.sh lint
git rev-parse --is-inside-work-tree >/dev/null || fail "this is no git checkout: git says which files are checked"

failed=()
while ((${#checks[@]})); do
  check=${checks[0]} arguments=()
  checks=("${checks[@]:1}")
  if [[ $check == tidy ]]; then
    arguments=("${checks[@]}")
    checks=()
  fi
  echo "== $check" >&2
  # In a shell of its own, in which `set -e` holds and `fail` ends this check alone.
  set +e
  (
    set -e
    "check_$check" "${arguments[@]}"
  )
  status=$?
  set -e
  ((status == 0)) || failed+=("$check")
done
((${#failed[@]} == 0)) || {
  echo "lint.sh: failed: ${failed[*]}" >&2
  exit 1
}
echo "lint.sh: ok" >&2
