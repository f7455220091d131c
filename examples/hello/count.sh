#!/bin/sh
# Takes {"text": "..."} and gives {"words": N, "characters": N}.
text=$(tr '\n' ' ' | sed -n 's/.*"input_data" *: *{ *"text" *: *"\([^"\\]*\)".*/\1/p')
if [ -z "$text" ]; then
    echo "there is no plain text in the task" >&2
    exit 65
fi
printf '{"words": %d, "characters": %d}\n' "$(printf '%s' "$text" | wc -w)" "$(printf '%s' "$text" | wc -m)"
