import ConductorModel

/// What the engine's behaviour depends on besides its inputs.
public struct EngineConfiguration: Sendable {
    public var version: String
    public var limits = Limits()
    /// An agent that is silent for this long is `waiting`; each keeps the lease that it was told as it registered.
    public var lease: Duration = .seconds(30)
    /// An agent that is gone for this long is `failed`, and its attempts are lost.
    public var grace: Duration = .seconds(60)
    /// How long a cancelled or timed-out attempt keeps its slot while its agent does not answer.
    public var cancelPatience: Duration = .seconds(10)
    /// How tasks are tried again that do not say it.
    public var retry = RetryPolicy()
    public var breaker = BreakerSettings()
    /// In force beside those that are registered at run time, which take the place of one of their kind.
    public var policies: [Policy] = []
    /// Root and the daemon's own user, whom other users' shares do not limit.
    public var privilegedUIDs: Set<UInt32> = [0]
    /// For tests of the tests.
    package var canaries = Canaries()

    public init(version: String) {
        self.version = version
    }

    func isPrivileged(_ uid: UInt32) -> Bool { privilegedUIDs.contains(uid) }
}
