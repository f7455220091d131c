import Glibc

/// Nobody reads what is written any more, as when the output goes to `head`.
package struct ClosedPipe: Error, Hashable {
    package init() {}
}

/// Standard output or standard error.
package struct Output: Sendable {
    private let descriptor: Int32

    package static let standard = Output(descriptor: STDOUT_FILENO)
    package static let error = Output(descriptor: STDERR_FILENO)

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    package func line(_ text: String) throws(ClosedPipe) {
        try write(text + "\n")
    }

    /// Writes all of it. An output that cannot be written is as good as closed.
    package func write(_ text: String) throws(ClosedPipe) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                written += count
            } else if errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, -1)
            } else if errno != EINTR {
                throw ClosedPipe()
            }
        }
    }
}
