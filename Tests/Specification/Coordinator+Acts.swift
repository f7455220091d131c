import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Short forms of what the specification's tests do all the time.
extension Coordinator {
    /// Registers an agent of one slot.
    func serve(
        _ agent: String, _ type: AgentType,
        work: @escaping @Sendable (TaskAssignment) -> WorkAnswer = { _ in .completed }
    ) async throws {
        try await serve(id(agent), type, capacity: 1, work: work)
    }

    /// The `result` of a task dispatched alone.
    func dispatch(_ task: TaskDefinition) async throws -> JSONValue {
        try await ask(.taskDispatch(TaskDispatch(task: task))).member("result")
    }

    /// The refusal of a request.
    func refusal(of request: Request) async throws -> Refusal {
        do {
            _ = try await ask(request)
        } catch let refusal as Refusal {
            return refusal
        }
        throw Missing("a refusal of \(request.method.rawValue)")
    }

    /// The refusal of a dispatch.
    func refusal(of task: TaskDefinition) async throws -> Refusal {
        try await refusal(of: .taskDispatch(TaskDispatch(task: task)))
    }

    /// What the registry shows of an agent; null where it is unknown.
    func agent(_ name: String) async throws -> JSONValue {
        try await ask(.agentGet(id(name))).member("agent")
    }

    /// The ids of the agents that `query` finds.
    func agents(_ query: AgentQuery = AgentQuery()) async throws -> [String] {
        try await ask(.agentList(query)).member("agents").elements.compactMap { $0["agent_id"]?.string }
    }

    /// The last state of a workflow written as JSON, with single quotes for double ones.
    func run(_ json: String) async throws -> JSONValue {
        try await ask(.workflowRun(WorkflowSubmission(definition: workflow(json)))).member("state")
    }

    /// The kinds of the events of one task, oldest first.
    func kinds(of task: String) async throws -> [EventKind] {
        try await events().filter { $0.taskID == id(task) }.map(\.kind)
    }
}

extension JSONValue {
    /// What stands at the end of a path of members.
    func member(_ path: String...) throws -> JSONValue {
        try path.reduce(self) { value, name in
            guard let next = value[name] else { throw Missing("\(path.joined(separator: ".")) in \(text)") }
            return next
        }
    }

    /// The string at the end of a path of members; nil where there is none.
    func string(at path: String...) -> String? {
        path.reduce(Optional(self)) { $0?[$1] }?.string
    }

    /// The integer at the end of a path of members; nil where there is none.
    func integer(at path: String...) -> Int64? {
        path.reduce(Optional(self)) { $0?[$1] }?.integer
    }

    var strings: [String] { elements.compactMap(\.string) }
}
