#!/bin/sh
# symbols.sh <connector.so>: a connector exports one symbol and nothing else.
set -eu
exported=$(nm -D --defined-only "$1" | awk '{print $3}' | grep -vE '^(__asan|__odr_asan|__ubsan|__tsan|__gcov|__llvm|mangle_path|_init$|_fini$)' || true)
if [ "$exported" != "weir_connector" ]; then
    printf '%s exports:\n%s\nexpected: weir_connector\n' "$1" "$exported"
    exit 1
fi
