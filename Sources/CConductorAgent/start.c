#define _GNU_SOURCE
#include "conductor_guard.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <unistd.h>

/// Whether this code is part of the file that `/proc/self/exe` is.
static int is_in_executable(void) {
    const ElfW(Phdr) *headers = (const ElfW(Phdr) *)getauxval(AT_PHDR);
    unsigned long count = headers ? getauxval(AT_PHNUM) : 0;
    uintptr_t address = (uintptr_t)&is_in_executable, base = 0;
    for (unsigned long i = 0; i < count; i++) {
        if (headers[i].p_type == PT_PHDR) base = (uintptr_t)headers - headers[i].p_vaddr;
    }
    for (unsigned long i = 0; i < count; i++) {
        uintptr_t begin = base + headers[i].p_vaddr;
        if (headers[i].p_type == PT_LOAD && address >= begin && address < begin + headers[i].p_memsz) return 1;
    }
    return 0;
}

int conductor_guard_start(
    char *const *arguments, char *const *environment, const int *descriptors, pid_t *guard) {
    if (!is_in_executable()) return ENOTSUP;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error) return error;
    error = posix_spawnattr_init(&attributes);
    if (!error) {
        for (int target = 0; target < 4 && !error; target++) {
            error = posix_spawn_file_actions_adddup2(&actions, descriptors[target], target);
        }
        if (!error) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
        if (!error) error = posix_spawn(guard, "/proc/self/exe", &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

int conductor_guard_pipe(int *ends) {
    return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno;
}
