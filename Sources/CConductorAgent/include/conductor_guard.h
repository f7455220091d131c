#ifndef CONDUCTOR_GUARD_H
#define CONDUCTOR_GUARD_H

/// The name (`argv[0]`) under which a program that holds this code is the guard of a command and nothing else.
///
///     conductor-guard FOLDER CGROUP FILES GRACE COMMAND [ARGUMENT ...]
///
/// - FOLDER: where the command runs; empty for where the guard does.
/// - CGROUP: a control group's folder, made for this command; empty for none. The guard removes it.
/// - FILES: the command's soft limit on descriptors; 0 for the guard's own.
/// - GRACE: milliseconds from SIGTERM to SIGKILL.
///
/// Descriptors 0, 1 and 2 are the command's. Descriptor 3 is a socket to the agent: SIGTERM to the guard is passed on
/// to all processes of the command, and where the socket's other end closes, all of them get SIGKILL. The guard says
/// on it, line by line, how the command ended:
///
///     cannot STEP ERRNO      it could not be started: STEP is fork, chdir or exec
///     left PID NAME          a process that it left running, and that the guard ended; 16 are named
///     leftover COUNT         how many there were
///     exited STATUS          or
///     signalled SIGNAL
///     cpu MICROSECONDS       of the command and all below it
///     memory BYTES           the most that they took at once in the control group, else that the largest one took
///     oom COUNT              how many of them the kernel killed for want of memory; only with a control group
#define CONDUCTOR_GUARD_NAME "conductor-guard"

#include <sys/types.h>

/// Starts this program as a guard, with descriptors that become its 0, 1, 2 and 3; each is above 3 itself. Gives an
/// error number, ENOTSUP where this code is in a library that the program loaded, so that it would be no guard.
int conductor_guard_start(
    char *_Nullable const *_Nonnull arguments, char *_Nullable const *_Nonnull environment,
    const int *_Nonnull descriptors, pid_t *_Nonnull guard);

/// A pipe that no other program inherits, its reading end first. Gives an error number.
int conductor_guard_pipe(int *_Nonnull ends);

/// Makes this process a child of one that does what the first process of a system has to do: it passes signals on,
/// reaps what is left to it, and exits as this process does. To be called before anything else runs.
void conductor_become_child_of_init(void);

#endif
