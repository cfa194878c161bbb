#!/bin/sh
# test.sh [--long]: install what is missing, build, and run every test.
# --long adds those that take hours (long fuzzing, a soak, the benchmark).
set -eu
cd "$(dirname "$0")/.."

long=""
case "${1:-}" in
"") ;;
--long) long=yes ;;
*)
    echo "usage: test.sh [--long]" >&2
    exit 2
    ;;
esac

jobs=$(nproc)
sh cmake/install.sh test
for folder in tests/contract tests/browser; do
    (cd $folder && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
done

# 1. Everything, with the address and undefined behaviour sanitizers.
cmake --preset dev >/dev/null
cmake --build --preset dev -j "$jobs"
# 2. What runs in threads, with the thread sanitizer.
cmake --preset tsan >/dev/null
cmake --build --preset tsan -j "$jobs"
# 3. As it ships: durability, crashes and the client's contract are proved on the release build.
cmake --preset release -DWEIR_TESTS=ON >/dev/null
cmake --build --preset release -j "$jobs"
# 4. Whatever parses foreign bytes, fuzzed for a while.
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz -j "$jobs"

failed=""
ctest --preset dev -j "$jobs" -E 'river.(kill|syscalls)' || failed="$failed dev"
ctest --preset tsan -R '^(unit\.(base|net|store|host|flow|web)|abi)\.' -j "$jobs" || failed="$failed tsan-units"
ctest --preset tsan -L threads -j "$jobs" || failed="$failed tsan"
ctest --test-dir build/fuzz -L fuzz --output-on-failure -j "$jobs" || failed="$failed fuzz"
ctest --preset release -L release --output-on-failure || failed="$failed release"
if [ -n "$long" ]; then
    WEIR_FUZZ_SECONDS=3600 ctest --test-dir build/fuzz -L fuzz --output-on-failure -j "$jobs" || failed="$failed fuzz-long"
    WEIR_KILLS=5000 ctest --preset release -R kill --output-on-failure || failed="$failed kill-long"
    WEIR_CHANGES=10000 ctest --preset release -R consumer --output-on-failure || failed="$failed consumer-long"
    sh tests/bench/run || failed="$failed bench"
fi
if [ -n "$failed" ]; then
    echo "failed:$failed" >&2
    exit 1
fi
echo "all tests passed"
