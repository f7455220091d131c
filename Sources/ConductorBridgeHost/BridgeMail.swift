import ConductorBridge

/// Brings what comes from the network to the side that it is for.
struct BridgeMail {
    private let configuration: BridgeConfiguration
    private let network: any BridgeNetwork
    private let owner: OwnerBridge
    private let worker: WorkerBridge
    private let observe: @Sendable (BridgeNotice) -> Void

    init(
        _ configuration: BridgeConfiguration, network: any BridgeNetwork, owner: OwnerBridge, worker: WorkerBridge,
        observe: @escaping @Sendable (BridgeNotice) -> Void
    ) {
        self.configuration = configuration
        self.network = network
        self.owner = owner
        self.worker = worker
        self.observe = observe
    }

    /// Only hosts that the configuration names are heard.
    func receive() async throws {
        let workers = configuration.workers, owners = configuration.owners
        for try await packet in network.packets {
            let known = packet.side == .owner ? workers : owners
            do throws(BridgePacket.Malformed) {
                guard known.contains(packet.peer) else { throw .unknownHost }
                let json = try packet.json(maximumBytes: configuration.messageBytes)
                switch packet.side {
                case .owner: await owner.handle(.received(try packet.message(json), from: packet.peer))
                case .worker: await worker.handle(.received(try packet.message(json), from: packet.peer))
                }
            } catch {
                observe(.malformed(from: packet.peer, reason: "\(error)"))
            }
        }
        throw NetworkEnded()
    }
}

/// The network is not there any more, and will not be.
public struct NetworkEnded: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String { "the network has ended the connection for good" }
}
