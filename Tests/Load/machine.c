#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>
#include "frames.h"

int load_pin(pid_t process, int cpu) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", process);
    DIR *threads = opendir(path);
    if (!threads) return errno;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    int fault = 0;
    for (struct dirent *thread; (thread = readdir(threads));) {
        pid_t id = atoi(thread->d_name);
        if (id > 0 && sched_setaffinity(id, sizeof set, &set) < 0 && errno != ESRCH) fault = errno;
    }
    closedir(threads);
    return fault;
}

int load_last_cpu(void) {
    cpu_set_t set;
    int last = 0;
    if (sched_getaffinity(0, sizeof set, &set) < 0) return 0;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &set)) last = cpu;
    return last;
}

uint64_t load_cpu_time(pid_t process) {
    clockid_t clock;
    struct timespec time;
    if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) < 0) return 0;
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

int load_become(uid_t user) {
    if (setgroups(0, NULL) < 0 || setresgid(user, user, user) < 0 || setresuid(user, user, user) < 0) return errno;
    return 0;
}

void load_end_after(unsigned seconds) { alarm(seconds); }
