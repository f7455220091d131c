#if Bridge
import ConductorBridge

/// How a bridge reaches its NATS servers, and what it is called there.
public struct NATSOptions: Hashable, Sendable {
    /// What the servers ask for, and how they are known.
    public struct TLS: Hashable, Sendable {
        /// Who vouches for the servers; nil for those that the system trusts.
        public var authoritiesFile: String?
        public var certificateFile: String?
        public var keyFile: String?

        public init(authoritiesFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
            self.authoritiesFile = authoritiesFile
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    public var host: HostName
    /// As `nats://nats-1:4222`; any one of them will do.
    public var servers: [String]
    /// What all subjects begin with.
    public var prefix = "conductor"
    /// Of a user with a JWT and a seed, as nsc makes it.
    public var credentialsFile: String?
    /// Of a user that the servers know by a password.
    public var user: String?
    public var password: String?
    /// Nil for connections that anybody on the way can read.
    public var tls: TLS?
    /// Between two attempts to connect.
    public var reconnectWait: Duration = .seconds(1)

    public init(host: HostName, servers: [String]) {
        self.host = host
        self.servers = servers
    }
}
#endif
