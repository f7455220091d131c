#!/bin/sh
# Lints the manual pages where mandoc is installed.
set -eu
cd "$(dirname "$0")/.."

if ! command -v mandoc >/dev/null 2>&1; then
    echo "There is no mandoc here, so man/ is not linted." >&2
    exit 0
fi
# Whether the pages that ours refer to are installed on this machine says nothing about ours. What is wrong goes to
# standard output; on standard error are the complaints about the machine's index of pages, which would break its lines.
if mandoc -T lint man/*.[1-8] 2>/dev/null | grep -v 'referenced manual not found'; then
    exit 1
fi
