#define _GNU_SOURCE
#include "conductor_guard.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t child;

/// What a terminal sends comes to the child by itself, and is not to come twice.
static void pass_on(int signal, siginfo_t *details, void *context) {
    (void)context;
    if (child > 0 && details->si_code != SI_KERNEL) kill((pid_t)child, signal);
}

void conductor_become_child_of_init(void) {
    static const int passed[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH};
    // Ignored, it would keep the statuses of children from their parent.
    signal(SIGCHLD, SIG_DFL);
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t started = fork();
    if (started <= 0) {
        // Where there is no room for another process, this one does without.
        sigprocmask(SIG_SETMASK, &before, NULL);
        return;
    }
    child = started;
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_RESTART | SA_SIGINFO};
    for (unsigned i = 0; i < sizeof passed / sizeof *passed; i++) sigaction(passed[i], &action, NULL);
    // Whatever was blocked: these have to be heard.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    while (1) {
        int status;
        pid_t ended = waitpid(-1, &status, 0);
        if (ended < 0 && errno != EINTR) _exit(1);
        if (ended != started) continue;
        _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    }
}
