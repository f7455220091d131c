#ifndef CONDUCTOR_PROCESS_H
#define CONDUCTOR_PROCESS_H

#include <stdint.h>

/// What this program was started with, its name first; NULL at the end. Swift's runtime reads `/proc/self/cmdline` for
/// it, which is not there in a bare chroot.
char *_Nullable const *_Nonnull conductor_arguments(void);

/// The wall clock, in microseconds since 1970.
int64_t conductor_wall_microseconds(void);

#endif
