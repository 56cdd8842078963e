#!/usr/bin/env bash
# Installs what is missing of mestr's Debian packages. Arguments: the sections of debian-packages.txt to install, build
# alone by default. Does nothing, and needs no root, where everything is there.
set -euo pipefail
cd "$(dirname "$0")/.."
sections=("${@:-build}")

if ! command -v apt-get >/dev/null; then
  echo "no apt-get here: install by hand what README.md lists under 'Other systems'; going on" >&2
  exit 0
fi

packages_of() {
  awk -v section="[$1]" '/^# \[/ { active = ($2 == section); next } active && !/^#/ && NF { print $1 }' \
    scripts/debian-packages.txt
}

missing=()
for section in "${sections[@]}"; do
  while read -r package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done < <(packages_of "$section")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "installing: ${missing[*]}" >&2
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q >&2
"${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}" >&2
