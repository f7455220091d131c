import ConductorBridge

/// Which side of a bridge a packet is for.
public enum BridgeSide: String, CaseIterable, Sendable {
    case owner, worker
}

/// A message between the bridges of two hosts, as bytes.
public struct BridgePacket: Sendable {
    public var side: BridgeSide
    /// The other host: where it goes, or who the network says has sent it.
    public var peer: HostName
    public var body: [UInt8]

    public init(for side: BridgeSide, peer: HostName, body: [UInt8]) {
        self.side = side
        self.peer = peer
        self.body = body
    }
}

/// How the bridge of a host reaches those of others. It may lose packets, double them and change their order: that is
/// what the bridges are made for. Who has sent a packet it must know.
public protocol BridgeNetwork: Sendable {
    /// What comes for this host. Bounded: what finds no room is left out and counted. One task may iterate.
    var packets: AsyncThrowingStream<BridgePacket, any Error> { get }

    /// Sends without waiting. What finds no room, or no network, is left out and counted.
    func send(_ packet: BridgePacket)
}
