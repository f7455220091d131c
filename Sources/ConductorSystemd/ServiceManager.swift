import CSystemd
import Glibc

/// What a service tells the systemd that started it (`Type=notify`).
///
/// Without `$NOTIFY_SOCKET` nobody listens, and every call does nothing. Each throws when the message cannot be sent;
/// that is worth a log entry, never an end. A service manager that does not read makes the caller wait.
public struct ServiceManager: Sendable {
    public init() {}

    /// Whether a service manager listens.
    public var isPresent: Bool { getenv("NOTIFY_SOCKET") != nil }

    /// Start-up, or a reload, is complete: requests are served from here on.
    public func ready(status: String? = nil) throws(SystemdFault) {
        try notify(["READY=1"], status: status)
    }

    /// One line for `systemctl status`.
    public func status(_ text: String) throws(SystemdFault) {
        try notify([], status: text)
    }

    /// The configuration is being read again; ``ready(status:)`` ends it.
    public func reloading() throws(SystemdFault) {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        // `Type=notify-reload` tells by this time which reload is meant.
        let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
        try notify(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"])
    }

    /// Shutting down has begun.
    public func stopping(status: String? = nil) throws(SystemdFault) {
        try notify(["STOPPING=1"], status: status)
    }

    /// Still alive; to be said at least once in every ``watchdogInterval``, best twice.
    public func watchdogPing() throws(SystemdFault) {
        try notify(["WATCHDOG=1"])
    }

    /// After which silence the service manager takes this process for hung; nil where it does not watch.
    public var watchdogInterval: Duration? {
        get throws(SystemdFault) {
            var microseconds: UInt64 = 0
            let result = sd_watchdog_enabled(0, &microseconds)
            if result < 0 { throw SystemdFault(call: .watchdogEnabled, code: -result) }
            return result == 0 ? nil : .microseconds(Int64(clamping: microseconds))
        }
    }

    private func notify(_ assignments: [String], status: String? = nil) throws(SystemdFault) {
        var lines = assignments
        if let status { lines.append("STATUS=\(Self.oneLine(status))") }
        let result = sd_notify(0, lines.joined(separator: "\n"))
        if result < 0 { throw SystemdFault(call: .notify, code: -result) }
    }

    /// A newline in a status would begin an assignment of its own; a NUL would end the message.
    static func oneLine(_ text: String) -> String {
        String(decoding: text.utf8.map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }
}
