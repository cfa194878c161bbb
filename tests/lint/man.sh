#!/bin/sh
# man.sh <folder>: the man pages render without an error or a warning.
set -eu
if ! command -v mandoc >/dev/null 2>&1; then
    echo "mandoc is not installed"
    exit 1
fi
for page in "$1"/*.[58]; do
    mandoc -T lint -W warning "$page"
done
