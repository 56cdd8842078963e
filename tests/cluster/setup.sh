#!/usr/bin/env bash
# Installs what tests/cluster needs: Slurm from Debian, and Snakemake from PyPI into build/cluster/snakemake. Installs
# nothing that is there.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=build/cluster/snakemake
packages=(snakemake==9.27.1 snakemake-executor-plugin-slurm==2.8.0)

scripts/setup.sh cluster
[[ ${packages[*]} != "$(cat "$folder/packages.txt" 2>/dev/null)" ]] || exit 0
echo "installing: ${packages[*]}" >&2
rm -rf "$folder"
mkdir -p build/cluster
python=/usr/bin/python3
[[ -x $python ]] || python=python3
if ! {
  "$python" -m venv "$folder"
  "$folder/bin/pip" install --disable-pip-version-check --prefer-binary --no-compile "${packages[@]}"
} >build/cluster/pip.log 2>&1; then
  echo "setup.sh: ${packages[*]} cannot be had from PyPI (is there a network?): build/cluster/pip.log says why" >&2
  exit 1
fi
echo "${packages[*]}" >"$folder/packages.txt"
