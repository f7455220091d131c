import Glibc

/// A call that the operating system or libsystemd failed: which one, and its errno.
public struct SystemdFault: Error, Hashable, Sendable {
    public enum Call: String, Sendable {
        case journalSend = "sd_journal_sendv"
        case notify = "sd_notify"
        case watchdogEnabled = "sd_watchdog_enabled"
        case listenFDs = "sd_listen_fds"
        case isSocketUnix = "sd_is_socket_unix"
        case createThread = "pthread_create"
    }

    public let call: Call
    /// An errno value, positive.
    public let code: Int32

    public init(call: Call, code: Int32) {
        self.call = call
        self.code = code
    }
}

extension SystemdFault: CustomStringConvertible {
    public var description: String {
        "\(call.rawValue): \(String(cString: strerror(code))) (errno \(code))"
    }
}
