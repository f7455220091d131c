#!/bin/bash
# Installs Conductor into a lab as it was built, or lays a package of it there, as /srv/conductor.deb.
#
#   install.sh BIN_FOLDER [PACKAGE]
set -euo pipefail
bin=$1
cd "$(dirname "$0")/../.."

if [ $# -gt 1 ]; then
    cp "$2" "$LAB_ROOT/srv/conductor.deb"
    # In containers, it forbids packages to start anything.
    rm -f "$LAB_ROOT/usr/sbin/policy-rc.d"
else
    DESTDIR=$LAB_ROOT PREFIX=/usr scripts/install.sh install "$bin"
    systemd-sysusers --root="$LAB_ROOT" conductor.conf
fi
# The Swift runtime that the programs are linked to, moved to where every unit may load it from.
for program in conductord conductorctl conductor-web; do ldd "$bin/$program"; done |
    awk '$3 ~ "^/" && $3 !~ "^/(usr/)?lib/x86_64" { print $3 }' | sort -u | while read -r library; do
    cp "$library" "$LAB_ROOT/usr/lib/x86_64-linux-gnu/"
    rm -f "$LAB_ROOT$library"
done
