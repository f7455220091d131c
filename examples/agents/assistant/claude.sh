#!/bin/sh
# Claude Code in print mode; $ASSISTANT names another executable that takes the same arguments.
exec python3 "$(dirname "$0")/assistant.py" "${ASSISTANT:-claude}" -p --permission-mode acceptEdits
