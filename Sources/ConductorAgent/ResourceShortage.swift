/// The system has too little now of what an attempt needs, and nothing of it has begun.
///
/// An agent's `execute` throws it. Where other work of the agent runs, the runner holds the attempt until some of that
/// has ended; else the attempt has failed with `TRANSIENT_ERROR`.
public struct ResourceShortage: Error, Hashable, Sendable {
    public let message: String

    public init(_ message: String) {
        self.message = message
    }
}
