import ConductorModel

/// What a connection may do.
public enum Role: String, Vocabulary {
    case any, observer
    /// Looks on, and has work of its own done: what it may do with that is told by the methods.
    case submitter
    case agent, `operator`, admin

    /// Admins may do everything, operators also what observers and agents may, agents and submitters what observers may.
    public func covers(_ required: Role) -> Bool {
        self == required || rank > required.rank
    }

    private var rank: Int {
        switch self {
        case .any: 0
        case .observer: 1
        case .submitter, .agent: 2
        case .operator: 3
        case .admin: 4
        }
    }
}

/// Who is at the other end of a connection, as the kernel says.
public struct Peer: Hashable, Sendable {
    public var uid: UInt32
    public var gid: UInt32
    public var pid: Int32
    public var role: Role

    public init(uid: UInt32, gid: UInt32, pid: Int32, role: Role) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
        self.role = role
    }
}
