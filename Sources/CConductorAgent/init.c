#include "conductor_guard.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t child;

static void pass_on(int signal) {
    if (child > 0) kill((pid_t)child, signal);
}

void conductor_become_child_of_init(void) {
    static const int passed[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH};
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
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    for (unsigned i = 0; i < sizeof passed / sizeof *passed; i++) sigaction(passed[i], &action, NULL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    while (1) {
        int status;
        pid_t ended = waitpid(-1, &status, 0);
        if (ended < 0 && errno != EINTR) _exit(1);
        if (ended != started) continue;
        _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    }
}
