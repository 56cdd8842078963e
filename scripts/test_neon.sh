#!/usr/bin/env bash
# Builds the flow's kernels for ARM (NEON) with Debian's cross-compiler and runs their tests under qemu: the bits of each
# instruction set against the scalar code's, and of the whole flow against x86-64's. About a minute on two processors; the
# packages for ARM are unpacked into build/neon, nothing of them is installed.
# Usage: scripts/test_neon.sh [--gtest_filter=...]
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh neon

build=$PWD/build/neon
sysroot=$build/sysroot
# apt for another architecture, with lists, cache and installed packages of its own: none.
fetch() {
  mkdir -p "$build"/apt/{lists,cache/archives}/partial
  : > "$build/apt/status"
  local apt=(apt-get -qq -o "Dir::State::status=$build/apt/status" -o "Dir::State::lists=$build/apt/lists"
    -o "Dir::Cache=$build/apt/cache" -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Debug::NoLocking=1
    -o Acquire::Languages=none -o "APT::Sandbox::User=$(id -un)")
  "${apt[@]}" update
  "${apt[@]}" install -y --no-install-recommends --download-only \
    libopencv-imgproc406 libopencv-video406 libhwy1 libgtest-dev libgmock-dev
  mkdir -p "$sysroot/headers"
  for package in "$build"/apt/cache/archives/*.deb; do dpkg-deb -x "$package" "$sysroot"; done
  ln -sfn /usr/include/opencv4/opencv2 "$sysroot/headers/opencv2"
  ln -sfn /usr/include/hwy "$sysroot/headers/hwy"
  ln -sfn /usr/include/nlohmann "$sysroot/headers/nlohmann"
  ln -sfn "$sysroot/usr/include/gtest" "$sysroot/headers/gtest"
  ln -sfn "$sysroot/usr/include/gmock" "$sysroot/headers/gmock"
  touch "$sysroot/complete"
}
[[ -e $sysroot/complete ]] || fetch

cmake -S tests/flow/neon -B "$build" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$PWD/tests/flow/neon/aarch64.cmake" \
  -DSYSROOT="$sysroot" >/dev/null
cmake --build "$build"
# Where an installed package's alternatives would link to.
lapack=/usr/lib/aarch64-linux-gnu/lapack:/usr/lib/aarch64-linux-gnu/blas
qemu-aarch64 -L "$sysroot" -E "LD_LIBRARY_PATH=$lapack" "$build/mestr_kernels_test" "$@"
