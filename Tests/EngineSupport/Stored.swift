import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What a store keeps, in memory. What is read back went through its JSON, as in a file.
package struct Stored: Sendable {
    /// Those in the registry.
    package private(set) var agents: [AgentID: AgentState] = [:]
    private var formerAgents: [AgentID: AgentState] = [:]
    package private(set) var policies: [Policy] = []
    package private(set) var breakers: [AgentID: Breaker] = [:]
    package private(set) var deadLetters: [DeadLetter] = []
    package private(set) var workflows: [WorkflowRecord] = []
    package private(set) var tasks: [TaskRecord] = []
    package private(set) var events: [EventRecord] = []
    package private(set) var counts = StatusCounts()
    private var workflowPositions: [WorkflowID: Int] = [:]
    private var taskPositions: [TaskKey: Int] = [:]

    package init() {}

    package mutating func apply(_ change: Change) {
        switch change {
        case .taskAdded(let record):
            taskPositions[record.key] = tasks.count
            tasks.append(record)
        case .taskUpdated(let record):
            if let position = taskPositions[record.key] { tasks[position] = record }
        case .workflowAdded(let record):
            workflowPositions[record.workflowID] = workflows.count
            workflows.append(record)
        case .workflowUpdated(let record):
            if let position = workflowPositions[record.workflowID] { workflows[position] = record }
        case .agentSaved(let state):
            agents[state.agentID] = state.hasLeft ? nil : state
            formerAgents[state.agentID] = state.hasLeft ? state : nil
        case .agentRemoved(let id):
            agents[id] = nil
            formerAgents[id] = nil
        case .policySaved(let policy):
            policies.removeAll { $0.kind == policy.kind }
            policies.append(policy)
        case .policyRemoved(let kind): policies.removeAll { $0.kind == kind }
        case .breakerSaved(let breaker): breakers[breaker.agentID] = breaker.isPristine ? nil : breaker
        case .deadLetterSaved(let letter):
            deadLetters.removeAll { $0.id == letter.id }
            deadLetters.append(letter)
        case .event(let event): events.append(event)
        case .counted(let counts): self.counts = counts
        }
    }

    package func task(_ key: TaskKey) -> TaskRecord? {
        taskPositions[key].map { tasks[$0] }
    }

    /// The task of this id, alone or in any workflow, that has an attempt with this token.
    package func task(_ id: TaskID, attempt token: AttemptToken) -> TaskRecord? {
        tasks.first { $0.key.taskID == id && $0.attempts.contains { $0.token == token } }
    }

    package func workflow(_ id: WorkflowID) -> WorkflowRecord? {
        workflowPositions[id].map { workflows[$0] }
    }

    package func answer(_ lookup: StoreQuery) -> StoredContext {
        switch lookup {
        case .nothing: return .nothing
        case .task(let key): return task(key).map { .task($0.reread) } ?? .nothing
        case .attempt(let id, let token):
            let record =
                tasks.first { $0.key.taskID == id && $0.attempts.contains { $0.token == token } }
                ?? tasks.last { $0.key.taskID == id }
            return record.map { .task($0.reread) } ?? .nothing
        case .workflow(let id):
            guard let record = workflow(id) else { return .nothing }
            return .workflow(record.reread, tasks.filter { $0.key.workflowID == id }.map(\.reread))
        case .tasks: return .tasks(tasks, nextCursor: nil)
        case .workflows: return .workflows(workflows, nextCursor: nil)
        case .matches: return .matches(WorkMatches(.id))
        case .deadLetters: return .deadLetters(deadLetters.filter { $0.state == .kept }.reversed(), nextCursor: nil)
        case .deadLetter(let id):
            guard let letter = deadLetters.first(where: { $0.id == id }) else { return .nothing }
            switch answer(letter.key.workflowID.map(StoreQuery.workflow) ?? .task(letter.key)) {
            case .task(let record): return .deadLetter(letter, record)
            case .workflow(let record, let tasks): return .deadLetterOfWorkflow(letter, record, tasks)
            case .nothing, .tasks, .workflows, .deadLetters, .matches, .deadLetter, .deadLetterOfWorkflow, .process,
                .accounts, .backup:
                return .nothing
            }
        case .backup: return .backup(file: "/backup", bytes: 0)
        case .accounts: return .accounts([:])
        case .process:
            return .process(
                StatusReport.Process(
                    version: "test", pid: 1, uptime: .zero, startedAt: Timestamp(microseconds: 0), storePath: "",
                    storeBytes: 0, connections: 0))
        }
    }

    package var state: DurableState {
        var state = DurableState()
        state.agents = (Array(agents.values) + formerAgents.values).sorted { $0.agentID < $1.agentID }
        state.policies = policies
        state.breakers = breakers.values.sorted { $0.agentID < $1.agentID }.compactMap(\.reread)
        state.workflows = workflows.filter { !$0.status.isTerminal }.map(\.reread)
        let live = Set(state.workflows.map(\.workflowID))
        state.tasks = tasks.filter { task in
            !task.status.isTerminal || task.key.workflowID.map(live.contains) ?? false
        }.map(\.reread)
        state.counts = counts
        state.lastSequence = events.last?.sequence ?? 0
        return state
    }
}

extension TaskRecord {
    /// As it comes back from where it was stored.
    fileprivate var reread: TaskRecord {
        (try? TaskRecord(key: key, definition: definition.source, progress: progress)) ?? self
    }
}

extension Breaker {
    /// As it comes back from where it was stored.
    fileprivate var reread: Breaker? { try? Breaker(json: jsonText.parsed()) }
}

extension WorkflowRecord {
    /// As it comes back from where it was stored.
    fileprivate var reread: WorkflowRecord {
        let reread = try? WorkflowRecord(
            workflowID: workflowID, definition: definition.source, inputs: inputs, progress: progress)
        return reread ?? self
    }
}
