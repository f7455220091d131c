import ConductorClient
import Synchronization

/// Packets that wait to be taken, bounded in number and in bytes; what finds no room is left out and counted.
public final class PacketQueue: Sendable {
    /// One task may iterate.
    public let packets: AsyncThrowingStream<BridgePacket, any Error>
    private let input: BoundedInput<BridgePacket>
    private let missed = Atomic<Int>(0)

    /// - Parameter maximumBytes: that may wait; a single packet may have more.
    public init(maximumCount: Int = 4_096, maximumBytes: Int = 64 << 20) {
        (packets, input) = BoundedInput.makeStream(maximumCount: maximumCount, maximumBytes: maximumBytes)
    }

    /// From any thread; never waits.
    public func offer(_ packet: BridgePacket) {
        switch input.yield(packet, bytes: packet.body.count) {
        case .waiting: break
        case .full, .ended: missed.add(1, ordering: .relaxed)
        }
    }

    public func finish() { input.finish() }

    /// How many were left out.
    public var missedCount: Int { missed.load(ordering: .relaxed) }
}
