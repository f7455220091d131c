import Glibc

/// What is written does not arrive.
package enum OutputFault: Error, Hashable {
    /// Nobody reads it any more, as when it goes to `head`.
    case closedPipe
    /// The system does not take it: the disk is full, the terminal is gone.
    case failed(name: String, errno: Int32)
}

/// Standard output or standard error.
package struct Output: Sendable {
    /// Bytes that a pipe which is ready takes at once (`PIPE_BUF`).
    private static let piece = 4096
    /// How often an output that nobody reads is tried.
    private static let shortestPause = Duration.milliseconds(1)
    private static let longestPause = Duration.milliseconds(50)

    private let descriptor: Int32
    private let name: String
    private let isTerminal: Bool

    package static let standard = Output(following: STDOUT_FILENO, name: "standard output")
    package static let error = Output(following: STDERR_FILENO, name: "standard error")

    package init(descriptor: Int32, name: String = "the output", isTerminal: Bool = false) {
        self.descriptor = descriptor
        self.name = name
        self.isTerminal = isTerminal
    }

    /// A terminal that is stopped (Ctrl-S) takes a part of what is written and then blocks. It is opened anew, not to
    /// block: changed on `descriptor`, this would hold for the shell too.
    package init(following descriptor: Int32, name: String) {
        let isTerminal = isatty(descriptor) == 1
        let own = isTerminal ? open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1
        self.init(descriptor: own >= 0 ? own : descriptor, name: name, isTerminal: isTerminal)
    }

    package func line(_ text: String) throws(OutputFault) {
        try write(text + "\n")
    }

    /// Writes all of it, and blocks the thread for as long as nobody reads.
    package func write(_ text: String) throws(OutputFault) {
        let bytes = Array(text.utf8)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try writeSome(rest)
            if count == 0 { _ = isReady(waiting: -1) }
            rest = rest.dropFirst(count)
        }
    }

    /// Writes all of it. While nobody reads, the task waits, which can be cancelled, and no thread: signals are heard
    /// and agents served meanwhile. One at a time sends: of two that find the last room of a pipe, one blocks.
    package func send(_ text: String) async throws {
        let bytes = Array(text.utf8)
        var rest = bytes[...]
        var pause = Self.shortestPause
        while !rest.isEmpty {
            let count = isReady(waiting: 0) ? try writeSome(rest.prefix(Self.piece)) : 0
            rest = rest.dropFirst(count)
            if count > 0 {
                pause = Self.shortestPause
            } else {
                try await Task.sleep(for: pause)
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    package func sendLine(_ text: String) async throws {
        try await send(text + "\n")
    }

    /// Writes it where that is possible at once: for who ends, and cannot wait for a reader or report a fault.
    package func attempt(_ text: String) {
        guard !text.isEmpty, isReady(waiting: 0) else { return }
        _ = try? writeSome(Array(text.utf8)[...])
    }

    /// Bytes written; none where the output would block or a signal came.
    private func writeSome(_ bytes: ArraySlice<UInt8>) throws(OutputFault) -> Int {
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count >= 0 { return count }
        switch errno {
        case EAGAIN, EINTR: return 0
        case EPIPE: throw .closedPipe
        // The terminal is gone. Whether that ends the command, SIGHUP says, which may be ignored.
        case EIO where isTerminal: return bytes.count
        case let number: throw .failed(name: name, errno: number)
        }
    }

    /// Whether a write would not wait, be it that it fails.
    private func isReady(waiting milliseconds: Int32) -> Bool {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&ready, 1, milliseconds) != 0
    }
}
