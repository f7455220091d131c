import CConductorLoad

/// What is measured: the daemon, or a broker that shows what the same way costs at the least.
public enum Subject: String, CaseIterable, Codable, Sendable {
    /// In C: frames are passed on, nothing else.
    case floor
    /// The same on SwiftNIO, as the daemon's sockets are.
    case nioFloor = "floor-nio"
    /// In C, with what it passes on appended to a file and flushed before.
    case flushingFloor = "floor-fsync"
    /// `conductord --ephemeral`.
    case ephemeral
    case durable

    /// What its figures are ratios to; nil for those that others are compared with.
    var reference: Subject? {
        switch self {
        case .floor, .flushingFloor: nil
        case .nioFloor, .ephemeral: .floor
        case .durable: .flushingFloor
        }
    }

    var isDaemon: Bool {
        switch self {
        case .floor, .nioFloor, .flushingFloor: false
        case .ephemeral, .durable: true
        }
    }

    var language: load_language { isDaemon ? LOAD_CONDUCTOR : LOAD_FLOOR }
}
