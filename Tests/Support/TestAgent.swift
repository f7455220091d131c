import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// An agent in the test's own hands: it takes orders one by one and answers when the test says.
public actor TestAgent {
    public let client: ConductorClient
    private let id: AgentID
    private var orders: AsyncThrowingStream<AgentCommand, any Error>.AsyncIterator

    public init(
        _ name: String, _ type: AgentType, on daemon: DaemonProcess, capacity: Int = 1,
        running: [AttemptReference] = []
    ) async throws {
        client = try await daemon.connect()
        id = try AgentID(json: name.jsonText.parsed())
        var registration = AgentRegistration(agentID: id, agentType: type, capacity: capacity)
        registration.running = running
        _ = try await client.register(registration)
        orders = client.orders.makeAsyncIterator()
    }

    /// The next task that comes.
    public func nextAssignment() async throws -> TaskAssignment {
        while let order = try await nextCommand() {
            switch order {
            case .execute(let assignment): return assignment
            case .cancel, .stopping: continue
            }
        }
        throw ConnectionFault.lost(errno: nil)
    }

    public func nextCommand() async throws -> AgentCommand? {
        var iterator = orders
        defer { orders = iterator }
        return try await iterator.next(isolation: #isolation)
    }

    public func complete(
        _ assignment: TaskAssignment, _ status: TaskCompletion.Status = .completed, output: String = "{}"
    ) async throws {
        try await client.complete(assignment.completion(status, output: output))
    }

    public func fail(_ assignment: TaskAssignment, code: String = "TRANSIENT_ERROR") async throws {
        var completion = try assignment.completion(.failed)
        completion.errorCode = code
        try await client.complete(completion)
    }

    /// Takes orders and completes each until the connection ends.
    public func serve(output: String = "{}") async {
        while let assignment = try? await nextAssignment() {
            try? await complete(assignment, output: output)
        }
    }
}

extension TaskAssignment {
    public func completion(
        _ status: TaskCompletion.Status = .completed, output: String = "{}"
    ) throws -> TaskCompletion {
        guard let taskID = task.taskID else { throw JSONFieldError(field: "task_id", reason: "is required") }
        var completion = TaskCompletion(taskID: taskID, attempt: attempt, token: token, status: status)
        completion.outputData = try JSONText(parsing: output)
        return completion
    }

    public var held: AttemptReference {
        get throws {
            guard let taskID = task.taskID else { throw JSONFieldError(field: "task_id", reason: "is required") }
            return AttemptReference(taskID: taskID, attempt: attempt, token: token)
        }
    }
}
