import ConductorBridge
import ConductorBridgeHost
import ConductorClient
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Testing

/// Two daemons, each with a bridge: `east` has work, `farm` has agents for it.
final class TwoHosts: Sendable {
    static let east = name("east")
    static let farm = name("farm")

    let east: DaemonProcess
    let farm: DaemonProcess
    let network = MemoryNetwork()
    private let folder: TemporaryFolder

    private init() async throws {
        folder = try TemporaryFolder()
        east = try await DaemonProcess()
        farm = try await DaemonProcess()
    }

    /// What takes longer than this is lost.
    private static let patience = Duration.seconds(120)

    /// Ends whatever became of the test.
    static func run(_ body: @escaping @Sendable (TwoHosts) async throws -> Void) async throws {
        let hosts = try await TwoHosts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body(hosts) }
            group.addTask {
                try await Task.sleep(for: patience)
                throw TookTooLong()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    struct TookTooLong: Error {}

    func ownerBridge() -> RunningBridge {
        var configuration = Self.quick(Self.east)
        configuration.offerings[.coding] = .init(capacity: 4, hosts: [Self.farm])
        return RunningBridge(configuration, folder: folder.path, network, socket: east.socket)
    }

    func workerBridge(labels: AgentLabels = .none) -> RunningBridge {
        var configuration = Self.quick(Self.farm)
        configuration.lendings[.coding] = .init(capacity: 4, owners: [Self.east])
        configuration.lendings[.coding]?.labels = labels
        return RunningBridge(configuration, folder: farm.folder.path, network, socket: farm.socket)
    }

    private static func quick(_ host: HostName) -> BridgeConfiguration {
        var configuration = BridgeConfiguration(host: host)
        configuration.beat = .milliseconds(100)
        configuration.tick = .milliseconds(50)
        // The machine may be busy with other tests.
        configuration.lease = .seconds(60)
        configuration.queueTimeout = .seconds(60)
        return configuration
    }

    /// Has a task done at `east`.
    func dispatch(_ id: String) async throws -> TaskResult {
        var task = TaskDefinition(name: id, assignedTo: .coding)
        task.taskID = taskID(id)
        return try await east.connect().dispatch(task, whenBusy: .queue)
    }

    func details(_ id: String) async throws -> TaskDetails {
        try await east.connect().task(TaskKey(taskID: taskID(id)))
    }
}

func name(_ text: String) -> HostName {
    guard let name = HostName(text) else { preconditionFailure("\(text) is no host's name") }
    return name
}

func taskID(_ text: String) -> TaskID {
    guard let id = TaskID(text) else { preconditionFailure("\(text) is no task's id") }
    return id
}

/// A bridge that runs until it is killed or stopped.
final class RunningBridge: Sendable {
    let notices: AsyncStream<BridgeNotice>
    private let host: BridgeHost
    private let running: Task<Void, any Error>
    private let unplug: @Sendable () -> Void

    init(_ configuration: BridgeConfiguration, folder: String, _ network: MemoryNetwork, socket: String) {
        let (notices, input) = AsyncStream.makeStream(of: BridgeNotice.self)
        self.notices = notices
        let dependencies = BridgeDependencies(connect: { try await .connect(socket: socket) })
        let host = BridgeHost(
            configuration, folder: folder, network: network.port(configuration.host), dependencies,
            observe: { input.yield($0) })
        self.host = host
        unplug = { network.unplug(configuration.host) }
        running = Task { try await host.run() }
    }

    deinit {
        running.cancel()
    }

    /// As kill -9 does, nothing is wound up.
    func kill() async {
        unplug()
        running.cancel()
        _ = await running.result
    }

    func stop() async throws {
        host.stop()
        try await running.value
    }

    /// Waits until something has happened that is meant.
    func happens(_ isMeant: (BridgeNotice) -> Bool) async {
        for await notice in notices where isMeant(notice) { return }
    }
}
