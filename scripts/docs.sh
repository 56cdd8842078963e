#!/usr/bin/env bash
# Installs Doxygen if it is missing and writes the public headers as pages: build/docs/html/index.html. A warning of
# Doxygen is an error. No arguments.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh docs
version=$(sed -n 's/^project(mestr VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
rm -rf build/docs
mkdir -p build/docs
{
  cat docs/Doxyfile
  echo "PROJECT_NUMBER = $version"
} | doxygen -
echo "Pages: build/docs/html/index.html"
