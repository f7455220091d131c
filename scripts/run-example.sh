#!/bin/sh
# Runs examples/user-service with a daemon and agents of its own, and leaves nothing behind.
#
#   scripts/run-example.sh BIN_FOLDER [WORKSPACE]
#
# With WORKSPACE, what the agents make stays there to be looked at.
set -eu

bin=$1
example=$(cd "$(dirname "$0")/../examples/user-service" && pwd)

keeper=
end() {
    [ -z "$keeper" ] || { kill "$keeper" && wait "$keeper" || true; }
    [ -n "$kept" ] || rm -rf "$workspace"
}

kept=${2-}
if [ -n "$kept" ]; then
    mkdir -p "$kept"
    workspace=$(cd "$kept" && pwd)
else
    workspace=$(mktemp -d "${TMPDIR:-/tmp}/conductor-example.XXXXXX")
fi
trap end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# It keeps the deployed service running, as systemd does on a real machine.
"$example/agents/keeper.py" "$workspace" &
keeper=$!
while [ ! -S "$workspace/keeper.sock" ]; do
    kill -0 "$keeper"
    sleep 0.05
done

"$bin/conductorctl" run --standalone --fleet "$example/fleet.yaml" "$example/workflow.yaml" \
    --set "workspace=$workspace" --set "specification=$example/specification.json"
