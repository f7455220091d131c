// The process between an agent and a command. It starts the command, is the parent of whatever the command leaves
// behind (PR_SET_CHILD_SUBREAPER), and does not end before all of it has ended.
//
// It is the agent's own program under another name: a constructor, which runs before anything of that program does,
// makes it a guard. So it is always there, and always of the same version.

#define _GNU_SOURCE
#include "conductor_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "control_group.h"
#include "processes.h"

enum {
    agent = 3,
    /// What a command left running may end by itself, as the end of a pipeline does.
    leftovers_grace_ms = 100,
    /// A process that does not die of SIGKILL is stuck in the kernel, or another user's.
    kill_patience_ms = 3000,
    named_leftovers = 16,
};

struct plan {
    const char *folder;
    const char *control_group;
    rlim_t files;
    int grace_ms;
    char **command;
};

struct guard {
    struct plan plan;
    int signals;
    pid_t command;
    int has_ended;
    int status;
    /// When SIGKILL follows, in milliseconds of the monotonic clock; 0 for never.
    long long kill_at;
};

static long long now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

// Starting

struct failure {
    char step[8];
    int number;
};

static _Noreturn void fail(int pipe, const char *step) {
    struct failure failure = {.number = errno};
    strncpy(failure.step, step, sizeof failure.step - 1);
    (void)!write(pipe, &failure, sizeof failure);
    _exit(127);
}

/// Becomes the command.
static _Noreturn void run(const struct plan *plan, pid_t guard, int failures) {
    setsid();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    // Should the guard itself be killed.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != guard) _exit(127);
    if (*plan->control_group) control_group_enter(plan->control_group);
    struct rlimit limit;
    if (plan->files && getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = plan->files < limit.rlim_max ? plan->files : limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (*plan->folder && chdir(plan->folder) != 0) fail(failures, "chdir");
    execvp(plan->command[0], plan->command);
    fail(failures, "exec");
}

/// 0 where the command could not be started, which the agent has been told.
static int start(struct guard *guard) {
    int failures[2];
    pid_t self = getpid(), child = -1;
    if (pipe2(failures, O_CLOEXEC) == 0) child = fork();
    if (child < 0) {
        dprintf(agent, "cannot fork %d\n", errno);
        return 0;
    }
    if (child == 0) run(&guard->plan, self, failures[1]);
    close(failures[1]);
    struct failure failure;
    ssize_t count;
    do count = read(failures[0], &failure, sizeof failure);
    while (count < 0 && errno == EINTR);
    close(failures[0]);
    if (count == sizeof failure) {
        dprintf(agent, "cannot %.7s %d\n", failure.step, failure.number);
        waitpid(child, NULL, 0);
        return 0;
    }
    guard->command = child;
    return 1;
}

// Ending

/// Takes what has ended. False where nothing is left.
static int reap(struct guard *guard) {
    while (1) {
        int status;
        pid_t ended = waitpid(-1, &status, WNOHANG);
        if (ended == 0) return 1;
        if (ended < 0) return 0;
        if (ended != guard->command) continue;
        guard->has_ended = 1;
        guard->status = status;
    }
}

static void signal_all(const struct guard *guard, int signal) {
    if (signal == SIGKILL && *guard->plan.control_group) control_group_kill(guard->plan.control_group);
    struct processes processes = processes_below_self();
    processes_signal(&processes, signal);
    processes_free(&processes);
}

/// Waits for a signal or for the agent's end, and does what follows from it.
static void take_events(struct guard *guard, long long timeout_ms) {
    struct pollfd sources[] = {{guard->signals, POLLIN, 0}, {agent, POLLIN, 0}};
    long long wait = timeout_ms;
    if (guard->kill_at) {
        long long left = guard->kill_at - now_ms();
        if (left < 0) left = 0;
        if (wait < 0 || left < wait) wait = left;
    }
    poll(sources, 2, (int)wait);
    struct signalfd_siginfo signal;
    while (sources[0].revents && read(guard->signals, &signal, sizeof signal) == sizeof signal) {
        if (signal.ssi_signo != SIGTERM || guard->kill_at || guard->has_ended) continue;
        signal_all(guard, SIGTERM);
        guard->kill_at = now_ms() + guard->plan.grace_ms;
    }
    // The agent says nothing: what there is to read is the end.
    if (sources[1].revents) guard->kill_at = now_ms();
    if (guard->kill_at && now_ms() >= guard->kill_at && !guard->has_ended) {
        signal_all(guard, SIGKILL);
        guard->kill_at = now_ms() + 50;
    }
}

/// Ends what the command has left running, and names it, unless the whole attempt was to be ended anyway.
static void end_rest(struct guard *guard) {
    int is_told = guard->kill_at == 0;
    long long begin = now_ms();
    // All that was told to end has the same time for it, whether its parent waits for it or not.
    while (reap(guard) && now_ms() < (guard->kill_at ? guard->kill_at : begin + leftovers_grace_ms)) {
        take_events(guard, 10);
    }
    begin = now_ms();
    for (int is_first = 1; reap(guard) && now_ms() - begin < kill_patience_ms; is_first = 0) {
        struct processes left = processes_below_self();
        if (is_first && is_told && left.count) {
            for (size_t i = 0; i < left.count && i < named_leftovers; i++) {
                dprintf(agent, "left %d %s\n", left.all[i].id, left.all[i].name);
            }
            dprintf(agent, "leftover %zu\n", left.count);
        }
        processes_signal(&left, SIGKILL);
        processes_free(&left);
        if (*guard->plan.control_group) control_group_kill(guard->plan.control_group);
        struct pollfd source = {guard->signals, POLLIN, 0};
        poll(&source, 1, 20);
        struct signalfd_siginfo signal;
        while (source.revents && read(guard->signals, &signal, sizeof signal) == sizeof signal) {}
    }
}

static void report(const struct guard *guard) {
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    long long cpu = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec
        + usage.ru_stime.tv_usec;
    long long memory = usage.ru_maxrss * 1024LL;
    if (*guard->plan.control_group) {
        struct control_group_usage measured = control_group_usage(guard->plan.control_group);
        if (measured.cpu >= 0) cpu = measured.cpu;
        if (measured.memory > 0) memory = measured.memory;
        if (measured.oom_kills >= 0) dprintf(agent, "oom %lld\n", measured.oom_kills);
        control_group_remove(guard->plan.control_group);
    }
    dprintf(agent, "cpu %lld\n", cpu);
    if (memory > 0) dprintf(agent, "memory %lld\n", memory);
    if (WIFSIGNALED(guard->status)) dprintf(agent, "signalled %d\n", WTERMSIG(guard->status));
    else dprintf(agent, "exited %d\n", WEXITSTATUS(guard->status));
}

// The guard as a whole

/// What it was started with is not the command's to inherit: descriptors, ignored signals, a mask.
static int clean_up(void) {
    if (syscall(SYS_close_range, agent + 1, ~0U, 0) != 0) {
        for (int descriptor = agent + 1; descriptor < 65536; descriptor++) close(descriptor);
    }
    fcntl(agent, F_SETFD, FD_CLOEXEC);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t all, awaited;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGCHLD);
    sigaddset(&awaited, SIGTERM);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_NAME, CONDUCTOR_GUARD_NAME);
    return signalfd(-1, &awaited, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int guard_command(int count, char **arguments) {
    if (count < 6) return 2;
    struct guard guard = {.signals = clean_up()};
    guard.plan = (struct plan){
        .folder = arguments[1],
        .control_group = arguments[2],
        .files = strtoull(arguments[3], NULL, 10),
        .grace_ms = atoi(arguments[4]),
        .command = arguments + 5,
    };
    if (guard.signals < 0) {
        dprintf(agent, "cannot fork %d\n", errno);
        return 1;
    }
    if (!start(&guard)) {
        if (*guard.plan.control_group) control_group_remove(guard.plan.control_group);
        return 1;
    }
    // The command's alone: who reads them is to see their end.
    for (int descriptor = 0; descriptor < agent; descriptor++) close(descriptor);
    while (reap(&guard), !guard.has_ended) take_events(&guard, -1);
    end_rest(&guard);
    report(&guard);
    return 0;
}

__attribute__((constructor)) static void become_guard(int count, char **arguments) {
    if (count > 0 && strcmp(arguments[0], CONDUCTOR_GUARD_NAME) == 0) _exit(guard_command(count, arguments));
}
