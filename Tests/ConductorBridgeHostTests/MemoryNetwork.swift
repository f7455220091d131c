import ConductorBridge
import ConductorBridgeHost
import Synchronization

/// A network within the test: it does to each packet what the test says.
final class MemoryNetwork: Sendable {
    /// How often a packet arrives; `number` counts all packets from 1.
    typealias Fate = @Sendable (_ number: Int, _ packet: BridgePacket) -> Int

    private struct State {
        var ports: [HostName: PacketQueue] = [:]
        var fate: Fate = { _, _ in 1 }
        var count = 0
    }

    // A mutex: bridges send from wherever they run.
    private let state = Mutex(State())

    /// Where a bridge of the host is plugged in; the one before hears nothing any more.
    func port(_ host: HostName) -> Port {
        let queue = PacketQueue()
        state.withLock { $0.ports[host] = queue }
        return Port(host: host, queue: queue, network: self)
    }

    func unplug(_ host: HostName) {
        state.withLock { $0.ports[host] = nil }
    }

    func decide(_ fate: @escaping Fate) {
        state.withLock { $0.fate = fate }
    }

    func send(_ packet: BridgePacket, from host: HostName) {
        let (port, times) = state.withLock { state in
            state.count += 1
            return (state.ports[packet.peer], state.fate(state.count, packet))
        }
        for _ in 0..<times { port?.offer(BridgePacket(for: packet.side, peer: host, body: packet.body)) }
    }

    struct Port: BridgeNetwork {
        let host: HostName
        let queue: PacketQueue
        let network: MemoryNetwork

        var packets: AsyncThrowingStream<BridgePacket, any Error> { queue.packets }

        func send(_ packet: BridgePacket) { network.send(packet, from: host) }
    }
}
