import ConductorBridge
import ConductorJSON
import ConductorModel
import ConductorYAML

/// `bridge.yaml`, read: what the bridge is to do, and how it reaches the others.
public struct BridgeFile: Sendable {
    /// Where the own daemon listens; nil for where daemons of the system do.
    public internal(set) var socket: String?
    public internal(set) var bridge: BridgeConfiguration
    public internal(set) var network = BridgeNetworkSettings()

    /// What is wrong with the file, and where.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// Both count from 1; nil for the file as a whole.
        public let line: Int?
        public let column: Int?
        /// Dotted; empty where no single key is meant.
        public let key: String
        public let reason: String

        public var description: String {
            let place = line.flatMap { line in column.map { "\(line):\($0): " } } ?? ""
            return place + (key.isEmpty ? reason : "\(key): \(reason)")
        }
    }

    /// All that is wrong, in the order of the file.
    public struct Problems: Error, Hashable, Sendable {
        public let problems: [Problem]
    }

    public init(_ text: String) throws(Problems) {
        var reader = BridgeFileReader()
        guard let file = reader.read(text), reader.problems.isEmpty else {
            throw Problems(
                problems: reader.problems.sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) })
        }
        self = file
    }

    init(_ bridge: BridgeConfiguration) {
        self.bridge = bridge
    }
}

/// The section `nats` of the file.
public struct BridgeNetworkSettings: Hashable, Sendable {
    public internal(set) var servers: [String] = []
    public internal(set) var prefix = "conductor"
    public internal(set) var credentialsFile: String?
    public internal(set) var user: String?
    public internal(set) var passwordFile: String?
    public internal(set) var authoritiesFile: String?
    public internal(set) var certificateFile: String?
    public internal(set) var keyFile: String?
    /// Without TLS, anybody on the way can read and change what hosts tell each other.
    public internal(set) var isEncrypted = true
}
