#!/bin/sh
# Runs examples/user-service with a daemon and agents of its own, and leaves nothing behind.
#
#   scripts/run-example.sh BIN_FOLDER [WORKSPACE]
#
# With WORKSPACE, what the agents make stays there to be looked at.
set -eu

bin=$1
example=$(cd "$(dirname "$0")/../examples/user-service" && pwd)

if [ -n "${2-}" ]; then
    mkdir -p "$2"
    workspace=$(cd "$2" && pwd)
else
    workspace=$(mktemp -d "${TMPDIR:-/tmp}/conductor-example.XXXXXX")
    trap 'rm -rf "$workspace"' EXIT
fi
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

"$bin/conductorctl" run --standalone --fleet "$example/fleet.yaml" "$example/workflow.yaml" \
    --set "workspace=$workspace" --set "specification=$example/specification.json"
