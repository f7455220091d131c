#include "conductor_process.h"

#include <stddef.h>

static char *const none[] = {NULL};
static char *const *kept = none;

/// The C library calls a constructor with the arguments of `main`.
__attribute__((constructor)) static void keep(int count, char **arguments) {
    if (count > 0) kept = arguments;
}

char *const *conductor_arguments(void) {
    return kept;
}
