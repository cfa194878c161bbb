#!/bin/sh
# symbols.sh <connector.so>...: a connector exports one symbol and nothing else, and links to neither curl nor
# libcrypto: network and keys are the host's.
set -eu
for so in "$@"; do
    exported=$(nm -D --defined-only "$so" | awk '{print $3}' | grep -vE '^(__asan|__odr_asan|__ubsan|__tsan|__gcov|__llvm|mangle_path|_init$|_fini$)' || true)
    if [ "$exported" != "weir_connector" ]; then
        printf '%s exports:\n%s\nexpected: weir_connector\n' "$so" "$exported"
        exit 1
    fi
    if readelf -d "$so" | grep -E 'NEEDED.*(libcurl|libcrypto|libssl)'; then
        printf '%s links to what only the host may\n' "$so"
        exit 1
    fi
done
