#!/bin/bash
# Installs Conductor as it was built into a lab, with the Swift runtime that it is linked to.
#
#   install.sh BIN_FOLDER
set -euo pipefail
bin=$1
cd "$(dirname "$0")/../.."

DESTDIR=$LAB_ROOT PREFIX=/usr scripts/install.sh install "$bin"
# In a place that every unit may read and load from.
for program in conductord conductorctl; do ldd "$bin/$program"; done |
    awk '$3 ~ "^/" && $3 !~ "^/(usr/)?lib/x86_64" { print $3 }' | sort -u |
    xargs --no-run-if-empty cp --target-directory="$LAB_ROOT/usr/lib/x86_64-linux-gnu"
systemd-sysusers --root="$LAB_ROOT" conductor.conf
