import ConductorModel
import ConductorSystemd

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
    /// See `EngineConfiguration`.
    public var lease = Duration.seconds(30)
    public var grace = Duration.seconds(60)
    public var limits = Limits()
    /// Registered at every start.
    public var policies: [Policy] = []

    public init(socket: String, stateFolder: String) {
        self.socket = socket
        self.stateFolder = stateFolder
    }

    /// The places of a daemon that was told nothing: those that systemd made for it, else those of its user.
    public init(environment: [String: String], isRoot: Bool) {
        // systemd lists several folders with colons between them.
        func folder(_ variable: String) -> String? {
            environment[variable]?.split(separator: ":").first.map(String.init)
        }
        let home = environment["HOME"] ?? "/"
        let runtime: String
        let state: String
        if isRoot {
            runtime = "/run/conductor"
            state = "/var/lib/conductor"
        } else {
            runtime = (folder("XDG_RUNTIME_DIR") ?? "/tmp") + "/conductor"
            state = (folder("XDG_STATE_HOME") ?? home + "/.local/state") + "/conductor"
        }
        socket = (folder("RUNTIME_DIRECTORY") ?? runtime) + "/conductor.sock"
        stateFolder = folder("STATE_DIRECTORY") ?? state
    }
}

/// What is wrong with the configuration, and where.
public struct ConfigurationProblem: Error, Hashable, Sendable {
    public enum Place: Hashable, Sendable {
        /// Line 0 is the file as a whole.
        case file(String, line: Int)
        case environment(variable: String)
        case commandLine
    }

    public let place: Place
    /// Dotted; empty where no single key is meant.
    public let key: String
    /// What was expected.
    public let reason: String
}

extension ConfigurationProblem: CustomStringConvertible {
    public var description: String {
        let text = key.isEmpty ? reason : "\(key) \(reason)"
        switch place {
        case .file(let path, let line): return line == 0 ? "\(path): \(text)" : "\(path):\(line): \(text)"
        case .environment(let variable): return "\(variable): \(text)"
        case .commandLine: return text
        }
    }
}
