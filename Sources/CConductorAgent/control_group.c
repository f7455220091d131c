// The files of a control group (cgroup v2), as in the kernel's Documentation/admin-guide/cgroup-v2.rst.

#define _GNU_SOURCE
#include "control_group.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

static int open_file(const char *folder, const char *name, int flags) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return -1;
    return open(path, flags | O_CLOEXEC);
}

static void write_file(const char *folder, const char *name, const char *text) {
    int file = open_file(folder, name, O_WRONLY);
    if (file < 0) return;
    (void)!write(file, text, strlen(text));
    close(file);
}

/// The number after `key` at a line's begin; the file's first number where the key is empty.
static long long read_number(const char *folder, const char *name, const char *key) {
    char text[4096];
    int file = open_file(folder, name, O_RDONLY);
    if (file < 0) return -1;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return -1;
    text[count] = 0;
    size_t length = strlen(key);
    for (char *line = text; line; line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
        if (strncmp(line, key, length) == 0) return strtoll(line + length, NULL, 10);
    }
    return -1;
}

int control_group_is_delegated(const char *folder) {
    char value;
    if (getxattr(folder, "trusted.delegate", &value, 1) == 1) return value == '1';
    return getxattr(folder, "user.delegate", &value, 1) == 1 && value == '1';
}

void control_group_enter(const char *folder) {
    write_file(folder, "cgroup.procs", "0");
}

void control_group_kill(const char *folder) {
    write_file(folder, "cgroup.kill", "1");
}

struct control_group_usage control_group_usage(const char *folder) {
    return (struct control_group_usage){
        .cpu = read_number(folder, "cpu.stat", "usage_usec "),
        .memory = read_number(folder, "memory.peak", ""),
        .oom_kills = read_number(folder, "memory.events", "oom_kill "),
    };
}

void control_group_remove(const char *folder) {
    for (int tries = 0; tries < 50; tries++) {
        if (rmdir(folder) == 0 || errno != EBUSY) return;
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
}
