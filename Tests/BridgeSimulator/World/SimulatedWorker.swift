import ConductorBridge
import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol

/// A host that has agents for others' work: its daemon, its agents, and its bridge while it lives.
struct SimulatedWorker {
    enum Call {
        case dispatch(ClaimName, TaskDefinition)
        case lookUp(ClaimName)
        case cancel(ClaimName, reason: String)
    }

    enum Bridge {
        case up(WorkerMachine)
        case down(until: Int)
    }

    /// What an agent does now.
    struct Work {
        let assignment: TaskAssignment
        let agent: AgentID
        /// The turn of its end, and how it ends.
        let end: Int
        let status: TaskCompletion.Status
        let errorCode: String?
    }

    let name: HostName
    let lendings: [AgentType: WorkerMachine.Lending]
    var daemon: BridgedDaemon
    var bridge: Bridge
    var calls: [Call] = []
    /// Dispatches that wait for their task's end.
    var waiting: [(ClaimName, Caller)] = []
    var work: [Work] = []
    /// Bridges so far.
    var sessions = 1
    /// The bridge is to connect with its daemon.
    var isConnecting = true

    static let agentTypes: [AgentType] = [.coding, .review]
    static let agentCapacity = 2

    static func agentID(_ type: AgentType) -> AgentID {
        AgentID("local-\(type.rawValue)") ?? .uuid(0, 0)
    }
}
