#!/bin/sh
# Codex without its terminal interface, prompt on standard input; $ASSISTANT names another executable that takes the
# same arguments.
exec python3 "$(dirname "$0")/assistant.py" "${ASSISTANT:-codex}" exec --sandbox workspace-write --skip-git-repo-check -
