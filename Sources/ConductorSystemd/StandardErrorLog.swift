import Glibc

/// The sink for where there is no journal: one readable line per entry on standard error.
public struct StandardErrorLog: LogSink {
    /// What a pipe takes at once where it says that it takes anything (POSIX, `PIPE_BUF`).
    private static let portion = 4096

    private let descriptor: Int32
    private let waits: Bool

    /// - Parameters:
    ///   - descriptor: where the lines go; it stays the caller's.
    ///   - waits: for a reader that does not keep up; else the rest of a line is left out.
    public init(descriptor: Int32 = STDERR_FILENO, waits: Bool = true) {
        self.descriptor = descriptor
        self.waits = waits
    }

    public func write(_ record: LogRecord) {
        LogLine(record).bytes.withUnsafeBytes { line in
            var rest = line[...]
            while !rest.isEmpty {
                guard waits || isWritable(within: 0) else { return }
                let part = UnsafeRawBufferPointer(rebasing: waits ? rest : rest.prefix(Self.portion))
                let written = Glibc.write(descriptor, part.baseAddress, part.count)
                if written >= 0 {
                    rest = rest.dropFirst(written)
                } else if errno == EAGAIN {
                    // Whoever shares our standard error has made it non-blocking.
                    _ = isWritable(within: waits ? -1 : 0)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }

    /// Waits so many milliseconds, without end where it is -1.
    private func isWritable(within milliseconds: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, milliseconds) > 0
    }
}
