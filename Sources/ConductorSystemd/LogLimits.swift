/// How much may wait for a log sink that does not keep up; what comes on top is dropped and counted.
public struct LogLimits: Hashable, Sendable {
    /// Entries that wait, the one being written included.
    public var entries: Int
    /// Bytes of memory that they take, roughly.
    public var bytes: Int

    public init(entries: Int = 10_000, bytes: Int = 8 * 1024 * 1024) {
        self.entries = entries
        self.bytes = bytes
    }
}
