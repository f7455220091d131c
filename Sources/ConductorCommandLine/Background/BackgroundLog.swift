import Glibc

/// The log of a fleet in the background: standard output and standard error of its supervisor. One that has grown long
/// becomes its own past, and replaces the past before.
package struct BackgroundLog: Sendable {
    private static let maximumBytes = 4 << 20

    private let path: String

    /// Begins a new one.
    package init(_ paths: BackgroundPaths) throws(SystemFault) {
        path = paths.log
        try begin()
    }

    /// By one thread at a time.
    package func line(_ text: String) {
        // What cannot be logged must not end the agents.
        try? Output.standard.line(text)
        var status = stat()
        if fstat(STDOUT_FILENO, &status) == 0, status.st_size > Self.maximumBytes { try? begin() }
    }

    private func begin() throws(SystemFault) {
        if rename(path, path + ".1") != 0, errno != ENOENT {
            throw SystemFault(call: "rename", path: path, number: errno)
        }
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { throw SystemFault(call: "open", path: path, number: errno) }
        defer { close(descriptor) }
        guard dup2(descriptor, STDOUT_FILENO) >= 0, dup2(descriptor, STDERR_FILENO) >= 0 else {
            throw SystemFault(call: "dup2", path: path, number: errno)
        }
    }
}
