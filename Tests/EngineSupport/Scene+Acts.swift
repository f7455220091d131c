import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification

/// Short forms of what tests do all the time.
extension Scene {
    /// Registers an agent on a connection of its own.
    @discardableResult
    package mutating func register(
        _ name: String, _ type: AgentType, capacity: Int = 1, on connection: UInt64? = nil, as peer: Peer = Scene.alice,
        labels: [String] = [], running: [TaskAssignment] = []
    ) -> Result<Reply, Refusal>? {
        var registration = AgentRegistration(agentID: id(name), agentType: type, capacity: capacity)
        registration.labels = AgentLabels(labels.compactMap { AgentLabel($0) })
        registration.running = running.map {
            .init(taskID: $0.task.taskID ?? id("none"), attempt: $0.attempt, token: $0.token)
        }
        return ask(.agentRegister(registration), on: connection ?? Scene.connection(of: name), as: peer)
    }

    /// The connection that an agent registers on, unless it is told another.
    package static func connection(of agent: String) -> UInt64 {
        100 + agent.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) } % 1_000_000
    }

    package mutating func disconnect(_ agent: String) {
        feed(.disconnected(ConnectionID(Scene.connection(of: agent))))
    }

    package mutating func hear(_ agent: String) {
        feed(.leaseRenewed(ConnectionID(Scene.connection(of: agent))))
    }

    /// Dispatches a task alone; `options` may change how.
    @discardableResult
    package mutating func dispatch(
        _ task: TaskDefinition, as peer: Peer = Scene.alice, _ options: (inout TaskDispatch) -> Void = { _ in }
    ) -> Caller {
        var dispatch = TaskDispatch(task: task)
        options(&dispatch)
        return send(.taskDispatch(dispatch), as: peer)
    }

    /// Dispatches a task that waits where no agent is free.
    @discardableResult
    package mutating func enqueue(_ task: TaskDefinition, as peer: Peer = Scene.alice) -> Caller {
        dispatch(task, as: peer) { $0.whenBusy = .queue }
    }

    /// The agent answers an order.
    @discardableResult
    package mutating func answer(
        _ assignment: TaskAssignment, _ answer: WorkAnswer = .completed, as peer: Peer = Scene.alice
    ) -> Result<Reply, Refusal>? {
        answered.insert(assignment.token)
        return ask(.taskComplete(answer.completion(of: assignment)), on: 50, as: peer)
    }

    /// Lets agents answer every order that is open or comes meanwhile, oldest first, until none is left.
    package mutating func workThrough(_ work: (TaskAssignment) -> WorkAnswer = { _ in .completed }) {
        var next = 0
        while next < orders.count {
            let assignment = orders[next].assignment
            next += 1
            if !answered.contains(assignment.token) { answer(assignment, work(assignment)) }
        }
    }

    /// Submits a workflow written as JSON, with single quotes for double ones.
    @discardableResult
    package mutating func run(
        _ definition: String, inputs: String = "{}", as peer: Peer = Scene.alice
    ) throws -> Caller {
        var submission = WorkflowSubmission(definition: try workflow(definition))
        submission.inputs = text(inputs.replacing("'", with: "\""))
        return send(.workflowRun(submission), as: peer)
    }

    /// The state a workflow's submitter was answered with.
    package func state(_ caller: Caller) throws -> WorkflowState {
        guard case .success(.workflowState(let state)) = answer(to: caller)?.map(\.firstTime) else {
            throw Missing("a workflow's state")
        }
        return state
    }

    /// The state of a workflow as it stands.
    package mutating func workflowState(_ name: String) throws -> WorkflowState {
        guard case .success(.workflow(let state)) = ask(.workflowGet(id(name)), on: 9999) else {
            throw Missing("workflow \(name)")
        }
        return state
    }

    /// The result a dispatcher was answered with.
    package func result(_ caller: Caller) throws -> TaskResult {
        guard case .success(.result(let result)) = answer(to: caller)?.map(\.firstTime) else {
            throw Missing("a task's result")
        }
        return result
    }

    /// The refusal a caller was answered with.
    package func refusal(_ caller: Caller) throws -> Refusal {
        guard case .failure(let refusal) = answer(to: caller) else { throw Missing("a refusal") }
        return refusal
    }

    /// What the registry shows of an agent; nil where it is unknown.
    package mutating func agent(_ name: String) -> AgentState? {
        guard case .success(.agent(let state)) = ask(.agentGet(id(name)), on: 9999) else { return nil }
        return state
    }

    /// The names of the tasks that were given out, in that order.
    package var started: [String] { orders.map(\.assignment.task.name) }

    /// The order that a task was given out with last.
    package func order(_ name: String) throws -> TaskAssignment {
        guard let order = orders.last(where: { $0.assignment.task.name == name }) else {
            throw Missing("an order for \(name)")
        }
        return order.assignment
    }
}

extension Reply {
    /// The reply without the mark of a repetition.
    var firstTime: Reply {
        if case .repeated(_, let reply) = self { reply } else { self }
    }

    /// How the reply is marked; nil where the work was begun for it.
    package var repetition: Repetition? {
        if case .repeated(let repetition, _) = self { repetition } else { nil }
    }
}

extension WorkflowState {
    package func result(_ task: String) -> TaskResult? {
        taskResults.first { $0.taskID == id(task) }
    }
}

extension Result {
    package var refusal: Failure? {
        switch self {
        case .success: nil
        case .failure(let failure): failure
        }
    }
}
