#!/bin/sh
# demo.sh [--once]: install what is missing, build, and watch one change go down the whole river.
# --once ends after the first round; the exit status tells whether it arrived.
set -eu
cd "$(dirname "$0")/.."

sh cmake/install.sh build
cmake --preset release -DWEIR_TESTS=OFF >/dev/null
echo "building (some two minutes the first time)"
cmake --build --preset release -- --quiet
exec /usr/bin/python3 tests/demo/demo.py --build build/release "$@"
