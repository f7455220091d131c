#define _GNU_SOURCE
#include "processes.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Reads `/proc/ID/stat`; 0 where it has gone meanwhile.
static int read_process(const char *id, struct process *process) {
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%.20s/stat", id);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return 0;
    text[count] = 0;
    // The name is in parentheses and may hold any byte but NUL, parentheses too.
    char *name = strchr(text, '('), *end = strrchr(text, ')');
    if (!name || !end || end < name) return 0;
    int parent;
    if (sscanf(end + 1, " %c %d", &process->state, &parent) != 2) return 0;
    process->id = atoi(id);
    process->parent = parent;
    process->is_below = 0;
    size_t length = end - name - 1;
    if (length >= sizeof process->name) length = sizeof process->name - 1;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = name[1 + i];
        process->name[i] = c < ' ' || c > '~' ? '?' : (char)c;
    }
    process->name[length] = 0;
    return 1;
}

static struct processes all_processes(void) {
    struct processes found = {NULL, 0};
    size_t room = 0;
    DIR *folder = opendir("/proc");
    if (!folder) return found;
    struct dirent *entry;
    while ((entry = readdir(folder))) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        if (found.count == room) {
            size_t more = room ? room * 2 : 256;
            struct process *grown = realloc(found.all, more * sizeof *grown);
            if (!grown) break;
            found.all = grown;
            room = more;
        }
        if (read_process(entry->d_name, &found.all[found.count])) found.count++;
    }
    closedir(folder);
    return found;
}

static int is_below(const struct processes *processes, pid_t parent, pid_t self) {
    if (parent == self) return 1;
    for (size_t i = 0; i < processes->count; i++) {
        if (processes->all[i].id == parent) return processes->all[i].is_below;
    }
    return 0;
}

struct processes processes_below_self(void) {
    struct processes found = all_processes();
    pid_t self = getpid();
    for (int is_changed = 1; is_changed;) {
        is_changed = 0;
        for (size_t i = 0; i < found.count; i++) {
            struct process *process = &found.all[i];
            if (process->is_below || !is_below(&found, process->parent, self)) continue;
            process->is_below = is_changed = 1;
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < found.count; i++) {
        struct process process = found.all[i];
        if (process.is_below && process.state != 'Z' && process.state != 'X') found.all[kept++] = process;
    }
    found.count = kept;
    return found;
}

void processes_free(struct processes *processes) {
    free(processes->all);
    processes->all = NULL;
    processes->count = 0;
}

void processes_signal(const struct processes *processes, int signal) {
    for (size_t i = 0; i < processes->count; i++) kill(processes->all[i].id, signal);
}
