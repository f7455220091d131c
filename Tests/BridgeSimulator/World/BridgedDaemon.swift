import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification

/// The engine that ships, on a machine of its own with a clock of its own, and what it says to its agents.
struct BridgedDaemon {
    var scene: Scene
    private var lastConnection: UInt64 = 1_000
    private(set) var connections: [AgentID: ConnectionID] = [:]
    /// What came for agents and was not read.
    private var unread: [(AgentID, Notification)] = []

    /// - Parameter offset: by how much its wall clock is wrong.
    init(clockOffset offset: Duration) {
        scene = Scene()
        scene.now.wall = scene.now.wall + offset
    }

    mutating func pass(_ time: Duration) {
        for connection in connections.values.sorted(by: { $0.value < $1.value }) {
            scene.feed(.leaseRenewed(connection))
        }
        scene.wait(time)
        collect()
    }

    /// Registers an agent on a new connection, in place of the one that it may have.
    mutating func register(_ registration: AgentRegistration) -> [TaskID]? {
        disconnect(registration.agentID)
        lastConnection += 1
        let connection = ConnectionID(lastConnection)
        let answer = scene.ask(.agentRegister(registration), on: connection.value)
        guard case .success(.registered(_, _, let adopted)) = answer else { return nil }
        connections[registration.agentID] = connection
        collect()
        return adopted
    }

    mutating func disconnect(_ agent: AgentID) {
        guard let connection = connections.removeValue(forKey: agent) else { return }
        unread.removeAll { $0.0 == agent }
        scene.feed(.disconnected(connection))
        collect()
    }

    mutating func ask(_ request: Request) -> Result<Reply, Refusal>? {
        defer { collect() }
        return scene.ask(request)
    }

    mutating func send(_ request: Request) -> Caller {
        defer { collect() }
        return scene.send(request)
    }

    mutating func report(_ report: AttemptReport, from agent: AgentID) {
        guard let connection = connections[agent] else { return }
        scene.feed(.report(report, connection))
        collect()
    }

    /// It dies, and is there again with what was stored.
    mutating func restart() {
        connections = [:]
        unread = []
        scene.restart(after: .seconds(1))
        scene.clearOutputs()
    }

    mutating func takeUnread() -> [(AgentID, Notification)] {
        defer { unread = [] }
        return unread
    }

    func task(_ key: TaskKey) -> TaskRecord? { scene.stored.task(key) }

    private mutating func collect() {
        let names = Dictionary(uniqueKeysWithValues: connections.map { ($1, $0) })
        for output in scene.outputs {
            guard case .notify(let connection, let notification) = output, let agent = names[connection] else {
                continue
            }
            unread.append((agent, notification))
        }
        scene.clearOutputs()
    }
}
