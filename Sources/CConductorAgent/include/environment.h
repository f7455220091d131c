#ifndef CONDUCTOR_ENVIRONMENT_H
#define CONDUCTOR_ENVIRONMENT_H

/// The process's variables as they are, in bytes; ends with NULL.
char *_Nullable const *_Nonnull conductor_environment(void);

#endif
