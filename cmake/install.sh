#!/bin/sh
# install.sh build|test: the Debian packages that are missing, with apt-get. Everything that a fresh Debian 12 lacks is
# named here and nowhere else.
set -eu

build="gcc cmake ninja-build pkg-config libmicrohttpd-dev liblmdb-dev libjansson-dev libconfig-dev
    libcurl4-openssl-dev libssl-dev libseccomp-dev zlib1g-dev libzstd-dev libjemalloc-dev
    nodejs npm"
demo="python3 python3-cryptography"
test="libcmocka-dev python3-pytest python3-jsonschema wrk nginx-light strace clang libclang-rt-14-dev g++ rustc
    openssl procps mandoc chromium chromium-driver python3-selenium fonts-dejavu-core"

case "${1:-}" in
build) wanted="$build $demo" ;;
test) wanted="$build $demo $test" ;;
*)
    echo "usage: install.sh build|test" >&2
    exit 2
    ;;
esac

installed() {
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

missing=""
for package in $wanted; do
    case $package in
    nodejs | npm)
        # Another Node in the PATH serves as well; Debian's packages would only stand beside it.
        command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && continue
        ;;
    esac
    installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "These Debian packages are missing; install them as root:" >&2
    echo "  apt-get install$missing" >&2
    exit 1
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086
apt-get install -y -q --no-install-recommends $missing
