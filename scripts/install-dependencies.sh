#!/bin/sh
# Installs the Debian packages that building, testing and the examples need. Does nothing where all are there.
#
#   scripts/install-dependencies.sh [bridge|hosts]
#
# With an argument, what `make bridge` or `make hosts` needs besides.
set -eu

missing=
need() { # PACKAGE, then the command that succeeds where it is installed
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

need git command -v git
need python3 command -v python3
need pkg-config command -v pkg-config
need libsystemd-dev pkg-config --exists libsystemd
need libsqlite3-dev pkg-config --exists sqlite3
need libyaml-dev pkg-config --exists yaml-0.1
case ${1-} in
bridge) need libnats-dev pkg-config --exists libnats ;;
hosts)
    need libnats-dev pkg-config --exists libnats
    need nats-server command -v nats-server
    need iproute2 command -v ip
    ;;
esac

if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "Missing (by their Debian names):$missing. There is no apt-get here: please install them your system's way." >&2
        exit 1
    fi
    if [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1; then
        as_root=sudo
    else
        echo "Missing:$missing. Please run as root: apt-get install$missing" >&2
        exit 1
    fi
    echo "Installing with apt-get:$missing"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    # shellcheck disable=SC2086 # a list of package names, and sudo or nothing
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
fi

if ! command -v "${SWIFT:-swift}" >/dev/null 2>&1; then
    echo "There is no Swift toolchain on the PATH. Swift 6.2 or newer is at https://www.swift.org/install/linux/." >&2
    exit 1
fi
