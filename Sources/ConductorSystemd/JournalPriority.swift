import Logging

/// How urgent a journal entry is: syslog's eight levels, the smaller the more urgent.
public enum JournalPriority: UInt8, CaseIterable, Sendable {
    case emergency = 0
    case alert
    case critical
    case error
    case warning
    case notice
    case info
    case debug

    /// The priority that stands for swift-log's `level`; `trace` has no counterpart and is `debug`.
    public init(_ level: Logger.Level) {
        self =
            switch level {
            case .trace, .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
    }

    /// The name that syslog and `journalctl -p` know it by.
    public var name: String {
        switch self {
        case .emergency: "emerg"
        case .alert: "alert"
        case .critical: "crit"
        case .error: "err"
        case .warning: "warning"
        case .notice: "notice"
        case .info: "info"
        case .debug: "debug"
        }
    }
}
