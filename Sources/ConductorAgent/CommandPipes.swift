import NIOCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a command prints into, seen from beside those who read it.
final class CommandPipes: Sendable {
    private enum State {
        case open([any Channel])
        case closed
    }

    /// Copies: the readers close theirs when they like.
    private let descriptors: [CInt]
    // A mutex: readers come from any thread.
    private let state = Mutex(State.open([]))

    init(_ descriptors: [CInt]) {
        self.descriptors = descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, 0) }.filter { $0 >= 0 }
    }

    deinit {
        for descriptor in descriptors { Self.close(descriptor) }
    }

    /// Whether nothing is left in them that nobody has taken.
    var areEmpty: Bool {
        descriptors.allSatisfy { descriptor in
            var count: CInt = 0
            return ioctl(descriptor, UInt(FIONREAD), &count) != 0 || count == 0
        }
    }

    func add(_ channel: any Channel) {
        let isClosed = state.withLock { state in
            switch state {
            case .open(let channels):
                state = .open(channels + [channel])
                return false
            case .closed: return true
            }
        }
        if isClosed { channel.close(promise: nil) }
    }

    /// Ends their reading as if they had been closed at the other end: what was taken of them is still given out.
    func close() {
        let channels = state.withLock { state -> [any Channel] in
            defer { state = .closed }
            switch state {
            case .open(let channels): return channels
            case .closed: return []
            }
        }
        for channel in channels { channel.close(promise: nil) }
    }

    private static func close(_ descriptor: CInt) {
        #if canImport(Glibc)
        _ = Glibc.close(descriptor)
        #else
        _ = Musl.close(descriptor)
        #endif
    }
}
