import ConductorModel

/// The coordinator: `(state, input, now, random) -> effects`, and nothing else.
public struct Engine: Sendable {
    public let configuration: EngineConfiguration

    /// Takes up what the store holds; work that was running waits for its agents to come back.
    public init(configuration: EngineConfiguration, restoring state: DurableState, at now: Moment) {
        self.configuration = configuration
    }

    /// What must be looked up before `request` is handled.
    public func lookup(for request: Request) -> Lookup {
        .nothing
    }

    /// When `tick` is due next, on the monotonic clock; nil while nothing waits for time to pass.
    public var nextDeadline: Duration? { nil }

    public mutating func handle(
        _ input: Input, at now: Moment, random: inout some RandomNumberGenerator
    ) -> Effects {
        Effects()
    }
}
