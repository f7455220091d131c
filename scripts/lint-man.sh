#!/bin/sh
# Lints the manual pages where mandoc is installed.
set -eu
cd "$(dirname "$0")/.."

if ! command -v mandoc >/dev/null 2>&1; then
    echo "There is no mandoc here, so man/ is not linted." >&2
    exit 0
fi
# Whether the pages that ours refer to are installed on this machine says nothing about ours.
if mandoc -T lint man/*.[1-8] 2>&1 | grep -v -e 'referenced manual not found' -e 'mandoc\.db'; then
    exit 1
fi
