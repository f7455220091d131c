#!/bin/sh
# Tells how full the file system is that holds the folder named by the task's name; needs nothing but CONDUCTOR_*.
#
#     conductorctl register disk --type monitor -- ./disk_space.sh
#     conductorctl dispatch --type monitor --name /var/log
folder=$CONDUCTOR_TASK_NAME
if [ ! -d "$folder" ]; then
    echo "the task's name is no folder: $folder" >&2
    exit 65
fi
echo "looking at $folder, attempt $CONDUCTOR_ATTEMPT" >&2
if ! table=$(df -Pk -- "$folder"); then
    exit 75
fi
# File system, blocks, used, available, capacity, mount point.
printf '%s\n' "$table" | awk 'NR == 2 { sub("%", "", $5); printf "{\"free_kilobytes\": %d, \"used_percent\": %d}\n", $4, $5 }'
