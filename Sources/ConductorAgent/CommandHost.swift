/// What a program gives to all of its commands.
public struct CommandHost: Sendable {
    /// The socket of the daemon that gives the tasks, an absolute path: a command finds it in `CONDUCTOR_SOCKET`.
    public let socket: String
    /// How many descriptors a command may open, where the program raised its own limit.
    public var fileLimit: UInt64?
    package var controlGroups: ControlGroups?

    /// - Parameters:
    ///   - socket: The daemon's; a relative path starts from where this program is now.
    ///   - fileLimit: How many descriptors a command may have open; as many as this program, unless it is said.
    public init(socket: String, fileLimit: UInt64? = nil) {
        self.socket = CommandPath.absolute(socket)
        self.fileLimit = fileLimit
    }
}
