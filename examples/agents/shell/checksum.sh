#!/bin/sh
# Takes {"file": "/path"}, gives {"sha256": "...", "bytes": N}. A file that is not there yet is worth another try.
#
# The task is one line of JSON on standard input; two lines of python3 read any string of it, quotes and all.
read_file_name='import json, sys
print(json.load(sys.stdin)["task"]["input_data"].get("file") or "", end="")'

file=$(python3 -c "$read_file_name") || exit 1
case $file in
'')
    echo "there is no file in the task" >&2
    exit 65
    ;;
/*) ;;
*)
    printf '{"error_message": "the path of the file must begin with a slash"}\n'
    exit 65
    ;;
esac
if [ ! -r "$file" ]; then
    echo "$file is not there, or not readable" >&2
    exit 75
fi
sum=$(sha256sum <"$file") || exit 75
printf '{"sha256": "%s", "bytes": %d}\n' "${sum%% *}" "$(wc -c <"$file")"
