#ifndef CONTROL_GROUP_H
#define CONTROL_GROUP_H

/// Whether systemd has marked it as another manager's: `Delegate=`. A user's own systemd cannot set the first mark.
int control_group_is_delegated(const char *_Nonnull folder);

/// Negative where the kernel does not tell.
struct control_group_usage {
    /// Microseconds.
    long long cpu;
    /// Bytes.
    long long memory;
    long long oom_kills;
};

/// The calling process becomes a member; best effort.
void control_group_enter(const char *_Nonnull folder);
void control_group_kill(const char *_Nonnull folder);
struct control_group_usage control_group_usage(const char *_Nonnull folder);
/// Of an empty one: the kernel may need a moment to see that it is.
void control_group_remove(const char *_Nonnull folder);

#endif
