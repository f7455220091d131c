/// What a program gives to all of its commands.
public struct CommandHost: Sendable {
    /// The socket of the daemon that gives the tasks, an absolute path: a command finds it in `CONDUCTOR_SOCKET`.
    public let socket: String
    /// Whose that daemon must be, where it is said: a command finds it in `CONDUCTOR_DAEMON_UID`.
    public let daemonUID: UInt32?
    /// How many descriptors a command may open, where the program raised its own limit.
    public var fileLimit: UInt64?
    package var controlGroups: ControlGroups?

    /// - Parameters:
    ///   - socket: The daemon's; a relative path starts from where this program is now.
    ///   - daemonUID: Whose the daemon must be; nil where that is left open.
    ///   - fileLimit: How many descriptors a command may have open; as many as this program, unless it is said.
    public init(socket: String, daemonUID: UInt32? = nil, fileLimit: UInt64? = nil) {
        self.socket = CommandPath.absolute(socket)
        self.daemonUID = daemonUID
        self.fileLimit = fileLimit
    }
}

extension CommandHost {
    /// By which `conductorctl` in a command finds the same daemon.
    var variables: [String: String?] {
        ["CONDUCTOR_SOCKET": socket, "CONDUCTOR_DAEMON_UID": daemonUID.map { "\($0)" }]
    }
}
