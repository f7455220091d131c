import Testing

/// Conductor in a real systemd, with a real journal. One lab at a time: each has a boot of its own.
@Suite(
    "Under systemd,", .serialized, .enabled(if: Lab.lack == nil, "\(Lab.lack ?? "")"), .timeLimit(.minutes(5)))
struct SystemdTests {}
