import Glibc

/// The sink for where there is no journal: one readable line per entry on standard error.
public struct StandardErrorLog: LogSink {
    private let descriptor: Int32

    /// - Parameter descriptor: where the lines go; it stays the caller's.
    public init(descriptor: Int32 = STDERR_FILENO) {
        self.descriptor = descriptor
    }

    public func write(_ record: LogRecord) {
        LogLine(record).bytes.withUnsafeBytes { line in
            var rest = line[...]
            while !rest.isEmpty {
                let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written >= 0 {
                    rest = rest.dropFirst(written)
                } else if errno == EAGAIN {
                    waitUntilWritable()
                } else if errno != EINTR {
                    return
                }
            }
        }
    }

    /// Whoever shares our standard error may have made it non-blocking.
    private func waitUntilWritable() {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&request, 1, -1)
    }
}
