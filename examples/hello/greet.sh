#!/bin/sh
# Takes {"name": "..."} and gives {"greeting": "..."}. The task comes as JSON on standard input.
# sed reads one plain string of it; a name with quotes or backslashes in it is refused (exit status 65).
name=$(tr '\n' ' ' | sed -n 's/.*"input_data" *: *{ *"name" *: *"\([^"\\]*\)".*/\1/p')
if [ -z "$name" ]; then
    echo "there is no plain name in the task" >&2
    exit 65
fi
echo "greeting $name" >&2
printf '{"greeting": "Hello %s, this is %s."}\n' "$name" "$(uname -n)"
