import NIOCore
import NIOPosix
import Synchronization

/// How long an event loop was busy with one turn, from what it read first to the last that followed.
///
/// Written and read on the loop only.
public final class LoopGauge: NIOEventLoopMetricsDelegate, Sendable {
    /// For so long at least, and for twice as long at most, a turn is remembered.
    private static let span = TimeAmount.minutes(1)

    // Nanoseconds. They are atomic as the delegate of a loop must be `Sendable`.
    private let readAt = Atomic<UInt64>(0)
    private let spanEnd = Atomic<UInt64>(0)
    private let current = Atomic<Int64>(0)
    private let previous = Atomic<Int64>(0)

    public init() {}

    /// The longest turn of the last minute or two.
    public var longest: Duration {
        .nanoseconds(max(current.load(ordering: .relaxed), previous.load(ordering: .relaxed)))
    }

    /// Something has come on a socket.
    func read() {
        guard readAt.load(ordering: .relaxed) == 0 else { return }
        readAt.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
    }

    public func processedTick(info: NIOEventLoopTickInfo) {
        let read = readAt.exchange(0, ordering: .relaxed), end = info.endTime.uptimeNanoseconds
        let start = read > 0 ? read : info.startTime.uptimeNanoseconds
        if end >= spanEnd.load(ordering: .relaxed) {
            spanEnd.store(end + UInt64(Self.span.nanoseconds), ordering: .relaxed)
            previous.store(current.exchange(0, ordering: .relaxed), ordering: .relaxed)
        }
        let took = Int64(clamping: end > start ? end - start : 0)
        if took > current.load(ordering: .relaxed) { current.store(took, ordering: .relaxed) }
    }
}
