#!/bin/sh
# man.sh <folder>...: the man pages render without an error or a warning.
set -eu
if ! command -v mandoc >/dev/null 2>&1; then
    echo "mandoc is not installed"
    exit 1
fi
for folder in "$@"; do
    for page in "$folder"/*.[1-8]; do
        mandoc -T lint -W warning "$page"
    done
done
