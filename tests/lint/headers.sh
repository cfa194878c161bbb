#!/bin/sh
# headers.sh <cc> <source folder>: the SDK's headers compile alone, as C11 and as C++17, with every warning an error.
set -eu
for header in "$2"/sdk/include/weir/*.h; do
    name=weir/$(basename "$header")
    printf '#include "%s"\n' "$name" | "$1" -x c -std=c11 -Wall -Wextra -Wpedantic -Werror -I"$2/sdk/include" -fsyntax-only -
    if command -v c++ >/dev/null 2>&1; then
        printf '#include "%s"\n' "$name" | c++ -x c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -I"$2/sdk/include" -fsyntax-only -
    fi
done
