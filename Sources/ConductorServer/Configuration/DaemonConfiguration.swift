import ConductorEngine
import ConductorModel
import ConductorStore
import ConductorSystemd
import ConductorTransport
import Glibc

/// Everything about a daemon that can be chosen.
public struct DaemonConfiguration: Sendable {
    /// Where clients connect.
    public var socket: String
    /// The folder of the database; made with mode 0700 where it is missing.
    public var stateFolder: String
    /// Keep nothing: no folder is used.
    public var isEphemeral = false
    /// The least urgent log entries that are written.
    public var logLevel = JournalPriority.info
    public var engine = EngineConfiguration(version: Daemon.version)
    public var access = AccessLists()
    public var retention = Retention()

    public init(socket: String, stateFolder: String) {
        self.socket = socket
        self.stateFolder = stateFolder
        engine.privilegedUIDs = [0, getuid()]
    }

    /// The places of a daemon that was told nothing: those that systemd made for it, else those of its user.
    public init(
        environment: [String: String], uid: UInt32,
        holder: (String) -> RuntimeFolders.Holder = RuntimeFolders.holder,
        userHome: (UInt32) -> String? = RuntimeFolders.home
    ) {
        // systemd lists several folders with colons between them.
        func folder(_ variable: String) -> String? {
            environment[variable]?.split(separator: ":").first.map(String.init)
        }
        /// A relative one means nothing (XDG Base Directory Specification).
        func absolute(_ variable: String) -> String? {
            environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        let runtime: String
        let state: String
        if uid == 0 {
            runtime = "/run/conductor"
            state = "/var/lib/conductor"
        } else {
            let folders = RuntimeFolders(environment: { environment[$0] }, uid: uid, holder: holder, home: userHome)
            runtime =
                folders.paths.first ?? RuntimeFolders.fallback(of: uid, home: userHome) ?? "/run/user/\(uid)/conductor"
            let home = absolute("HOME") ?? userHome(uid) ?? ""
            state = (absolute("XDG_STATE_HOME") ?? home + "/.local/state") + "/conductor"
        }
        socket = (folder("RUNTIME_DIRECTORY") ?? runtime) + "/conductor.sock"
        stateFolder = folder("STATE_DIRECTORY") ?? state
    }
}

extension EngineConfiguration {
    /// Descriptors that are not for connections: the store's, the log's, the event loop's, a backup's.
    static let ownDescriptors = 64

    /// The same with as many connections at most as the process may have descriptors for.
    func fitting(descriptors: Int) -> EngineConfiguration {
        var fitting = self
        fitting.limits.maxConnections = min(limits.maxConnections, max(1, descriptors - Self.ownDescriptors))
        return fitting
    }
}
