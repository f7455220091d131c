import ConductorClient

/// What a bridge takes from outside.
public struct BridgeDependencies: Sendable {
    /// Makes a new connection to the own daemon each time that it is called.
    public var connect: @Sendable () async throws -> ConductorClient
    /// How much time has passed since some moment; it never goes back.
    public var now: @Sendable () -> Duration
    /// Waits; it throws where the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    public var random: @Sendable () -> UInt64

    public init(
        connect: @escaping @Sendable () async throws -> ConductorClient,
        now: @escaping @Sendable () -> Duration = Self.passed(since: .now),
        sleep: @escaping @Sendable (Duration) async throws -> Void = {
            try await Task.sleep(for: $0, clock: .suspending)
        },
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 0 ... .max) }
    ) {
        self.connect = connect
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    public static func passed(since start: SuspendingClock.Instant) -> @Sendable () -> Duration {
        { start.duration(to: .now) }
    }

    func wait(_ backoff: inout Backoff) async throws {
        try await sleep(backoff.failed(random: Double(random() >> 11) / Double(1 << 53)))
    }
}

/// The generator that the machines draw from.
struct OutsideRandom: RandomNumberGenerator {
    let source: @Sendable () -> UInt64

    func next() -> UInt64 { source() }
}
