#ifndef CONDUCTOR_ARGUMENTS_H
#define CONDUCTOR_ARGUMENTS_H

/// What this program was started with, its name first; NULL at the end. Swift's runtime reads `/proc/self/cmdline` for
/// it, which is not there in a bare chroot.
char *_Nullable const *_Nonnull conductor_arguments(void);

#endif
