#!/bin/sh
# headers.sh <include folder>: each of the SDK's headers compiles alone, as C11 and as C++17, with both compilers and with
# every warning an error.
set -eu
for compiler in gcc clang g++ clang++; do
    if ! command -v $compiler >/dev/null 2>&1; then
        echo "$compiler is not installed"
        exit 1
    fi
done
for header in "$1"/weir/*.h; do
    for compiler in "gcc -x c -std=c11" "clang -x c -std=c11" "g++ -x c++ -std=c++17" "clang++ -x c++ -std=c++17"; do
        # shellcheck disable=SC2086
        printf '#include "weir/%s"\n' "$(basename "$header")" |
            $compiler -Wall -Wextra -Wpedantic -Werror -I"$1" -fsyntax-only -
    done
done
