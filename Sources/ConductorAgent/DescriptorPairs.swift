import CConductorAgent

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Pipes and sockets that come into being together, or not at all. None of them is a standard descriptor, nor one of
/// those that a command's guard is given: `posix_spawn` may move them there in any order.
struct DescriptorPairs {
    private static let lowest: CInt = 4

    private var open: [CInt] = []

    mutating func pipe() throws(CommandStartFault) -> (reads: CInt, writes: CInt) {
        var ends: [CInt] = [-1, -1]
        let error = conductor_guard_pipe(&ends)
        guard error == 0 else { throw CommandStartFault(.pipes, errno: error) }
        let moved = try keep(ends)
        return (moved[0], moved[1])
    }

    mutating func socket() throws(CommandStartFault) -> (ours: CInt, theirs: CInt) {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw CommandStartFault(.pipes, errno: errno) }
        let moved = try keep(ends)
        return (moved[0], moved[1])
    }

    mutating func close(_ descriptors: [CInt]) {
        for descriptor in descriptors { Glibc.close(descriptor) }
        open.removeAll { descriptors.contains($0) }
    }

    mutating func closeAll() {
        close(open)
    }

    private mutating func keep(_ ends: [CInt]) throws(CommandStartFault) -> [CInt] {
        open += ends
        var moved: [CInt] = []
        for end in ends {
            guard end < Self.lowest else {
                moved.append(end)
                continue
            }
            let copy = fcntl(end, F_DUPFD_CLOEXEC, Self.lowest)
            guard copy >= 0 else { throw CommandStartFault(.pipes, errno: errno) }
            open.append(copy)
            close([end])
            moved.append(copy)
        }
        return moved
    }
}
