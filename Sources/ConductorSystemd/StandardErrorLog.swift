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

    /// Whole lines at a time, as many as a pipe takes at once: whoever shares it does not write into the middle of one.
    public func write(_ records: [LogRecord]) {
        var lines = LogLines()
        var whole = 0
        for record in records {
            lines.append(record)
            if whole > 0, !waits || lines.bytes.count > Self.portion {
                lines.bytes.withUnsafeBytes { put($0[..<whole]) }
                lines.removeFirst(whole)
            }
            whole = lines.bytes.count
        }
        lines.bytes.withUnsafeBytes { put($0[...]) }
    }

    private func put(_ bytes: Slice<UnsafeRawBufferPointer>) {
        var rest = bytes
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

    /// Waits so many milliseconds, without end where it is -1.
    private func isWritable(within milliseconds: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, milliseconds) > 0
    }
}
