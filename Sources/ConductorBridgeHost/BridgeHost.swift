import ConductorBridge
import NIOPosix

/// A bridge: both sides of a host, its own daemon on one hand and the network on the other.
///
/// Its daemon may come and go, and so may the network; what it needs after a restart stands in its folder and in the
/// daemons.
public struct BridgeHost: Sendable {
    private let configuration: BridgeConfiguration
    private let folder: String
    private let network: any BridgeNetwork
    private let dependencies: BridgeDependencies
    private let observe: @Sendable (BridgeNotice) -> Void
    private let stops: AsyncStream<Void>
    private let stopInput: AsyncStream<Void>.Continuation

    /// - Parameter folder: Where the claims that were granted are kept; there must be one.
    public init(
        _ configuration: BridgeConfiguration, folder: String, network: any BridgeNetwork,
        _ dependencies: BridgeDependencies, observe: @escaping @Sendable (BridgeNotice) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.folder = folder
        self.network = network
        self.dependencies = dependencies
        self.observe = observe
        (stops, stopInput) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Makes `run` return: nothing more is offered or claimed, what was offered goes back to the own daemon, and what is at
    /// work stays with the daemons. What the own daemon does not take in time is taken up after the next start.
    public func stop() {
        stopInput.yield()
    }

    /// Runs until stopped; to be called once. Where the calling task is cancelled, nothing is wound up.
    /// - Throws: `ClaimFileFault` where claims can not be recorded, as in a folder that another bridge uses;
    ///   `NetworkEnded`.
    public func run() async throws {
        let book = try await NIOThreadPool.singleton.runIfActive { try ClaimBook(folder: folder) }
        if book.brokenLines > 0 { observe(.bookRepaired(lines: book.brokenLines)) }
        let link = DaemonLink()
        let owner = OwnerBridge(
            configuration.owner, book: book, network: network, link: link, dependencies, observe: observe)
        let worker = WorkerBridge(
            configuration, session: Int(dependencies.random() >> 11), network: network, link: link, dependencies,
            observe: observe)
        let mail = BridgeMail(configuration, network: network, owner: owner, worker: worker, observe: observe)
        let daemon = DaemonKeeper(configuration, link: link, worker: worker, dependencies, observe: observe)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await owner.run() }
            group.addTask { await worker.run() }
            group.addTask { try await mail.receive() }
            group.addTask { try await daemon.keep() }
            group.addTask { try await keepTime(owner, worker) }
            group.addTask { try await waitForStop(owner, worker) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func keepTime(_ owner: OwnerBridge, _ worker: WorkerBridge) async throws {
        while true {
            await owner.handle(.tick)
            await worker.handle(.tick)
            await worker.lookAround()
            try await dependencies.sleep(configuration.tick)
        }
    }

    private func waitForStop(_ owner: OwnerBridge, _ worker: WorkerBridge) async throws {
        for await _ in stops { break }
        try Task.checkCancellation()
        await owner.handle(.stop)
        await worker.handle(.stop)
        let end = dependencies.now() + configuration.stopPatience
        while await !owner.isSettled, dependencies.now() < end {
            try await dependencies.sleep(min(configuration.tick, .milliseconds(100)))
        }
    }
}
