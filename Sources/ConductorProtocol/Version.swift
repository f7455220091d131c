/// The version of Conductor that this is a part of: of the daemon, its client, the libraries and the package.
public enum ConductorVersion {
    /// By Semantic Versioning 2.0.0. The wire protocol has a version of its own, which `hello` tells.
    public static let current = "0.1.0"
}
