#!/bin/sh
# run.sh <program> <corpus> <artifacts>: let a libFuzzer program look for WEIR_FUZZ_SECONDS (20) for an input that
# breaks it. It starts from a copy of the corpus; what broke it is left in <artifacts>.
set -eu

if [ $# -ne 3 ]; then
    echo "usage: run.sh <program> <corpus> <artifacts>" >&2
    exit 2
fi
program=$1
corpus=$2
artifacts=$3
name=$(basename "$program")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if [ -d "$corpus" ]; then
    cp -r "$corpus/." "$work/"
fi
if ! "$program" -max_total_time="${WEIR_FUZZ_SECONDS:-20}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$artifacts/$name-" "$work"; then
    echo "The input is in $artifacts. When it is understood, keep it under a name that says what it is in" >&2
    echo "$corpus, where every build tries it again." >&2
    exit 1
fi
