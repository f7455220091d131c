#ifndef CONTROL_GROUP_H
#define CONTROL_GROUP_H

/// Negative where the kernel does not tell.
struct control_group_usage {
    /// Microseconds.
    long long cpu;
    /// Bytes.
    long long memory;
    long long oom_kills;
};

/// The calling process becomes a member; best effort.
void control_group_enter(const char *folder);
void control_group_kill(const char *folder);
struct control_group_usage control_group_usage(const char *folder);
/// Of an empty one: the kernel may need a moment to see that it is.
void control_group_remove(const char *folder);

#endif
