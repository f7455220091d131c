#ifndef PROCESSES_H
#define PROCESSES_H

#include <sys/types.h>

struct process {
    pid_t id;
    pid_t parent;
    char state;
    char name[16];
    int is_below;
};

struct processes {
    struct process *all;
    size_t count;
};

/// Those below the calling process that have not ended yet; to be freed with `processes_free`.
struct processes processes_below_self(void);
void processes_free(struct processes *processes);

/// Sends a signal to each.
void processes_signal(const struct processes *processes, int signal);

#endif
