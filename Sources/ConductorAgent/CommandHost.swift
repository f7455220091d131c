/// What a program gives to all of its commands.
public struct CommandHost: Sendable {
    /// The socket of the daemon that gives the tasks: an absolute path. A command finds it in `CONDUCTOR_SOCKET`.
    public var socket: String?
    /// How many descriptors a command may open, where the program raised its own limit; see `DescriptorLimit`.
    public var fileLimit: UInt64?
    package var controlGroups: ControlGroups?

    public init(socket: String? = nil, fileLimit: UInt64? = nil) {
        self.socket = socket
        self.fileLimit = fileLimit
    }
}
