#!/bin/sh
# names.sh <library>...: no two rooms define the same name. The linker would take the first without a word, and the
# other room would call into a stranger.
set -eu
twice=$(nm -g --defined-only "$@" 2>/dev/null | awk '$2 ~ /^[TDBR]$/ {print $3}' | grep -vE '^(__asan|__odr_asan|__tsan|__ubsan)' | sort | uniq -d)
if [ -n "$twice" ]; then
    printf 'defined by more than one room:\n%s\n' "$twice"
    exit 1
fi
