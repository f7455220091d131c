#include "environment.h"

#include <unistd.h>

extern char **environ;

char *const *conductor_environment(void) {
    return environ;
}
