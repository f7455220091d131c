import ConductorEngine
import ConductorJSON
import ConductorModel
import Testing

/// Short forms of what tests do all the time.
extension Scene {
    /// Registers an agent on a connection of its own, numbered 100 and up by the order of the calls' names.
    @discardableResult
    mutating func register(
        _ name: String, _ type: AgentType, capacity: Int = 1, on connection: UInt64? = nil, as peer: Peer = Scene.alice,
        running: [AgentRegistration.Held] = []
    ) -> Result<Reply, Refusal>? {
        var registration = AgentRegistration(agentID: id(name), agentType: type, capacity: capacity)
        registration.running = running
        return ask(.agentRegister(registration), on: connection ?? Scene.connection(of: name), as: peer)
    }

    static func connection(of agent: String) -> UInt64 {
        100 + agent.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) } % 1_000_000
    }

    /// Dispatches a task alone; `options` may change how.
    mutating func dispatch(
        _ task: TaskDefinition, as peer: Peer = Scene.alice, _ options: (inout TaskDispatch) -> Void = { _ in }
    ) -> Caller {
        var dispatch = TaskDispatch(task: task)
        options(&dispatch)
        return send(.taskDispatch(dispatch), as: peer)
    }

    /// The agent answers an order.
    @discardableResult
    mutating func answer(
        _ assignment: TaskAssignment, _ status: TaskCompletion.Status = .completed, output: String = "{}",
        code: String? = nil, message: String? = nil, feedback: Feedback? = nil, as peer: Peer = Scene.alice
    ) -> Result<Reply, Refusal>? {
        guard let taskID = assignment.task.taskID else { return nil }
        var completion = TaskCompletion(
            taskID: taskID, attempt: assignment.attempt, token: assignment.token, status: status)
        completion.outputData = text(output)
        completion.errorCode = code
        completion.errorMessage = message
        completion.feedback = feedback
        return ask(.taskComplete(completion), on: 50, as: peer)
    }

    /// Lets agents answer every order that is open or comes meanwhile, oldest first, until none is left.
    mutating func workThrough(_ work: (TaskAssignment) -> (TaskCompletion.Status, String) = { _ in (.completed, "{}") }) {
        var done = 0
        while done < assignments.count {
            let assignment = assignments[done]
            let (status, output) = work(assignment)
            answer(assignment, status, output: output)
            done += 1
        }
    }

    /// Submits a workflow written as JSON.
    mutating func run(_ definition: String, inputs: String = "{}", as peer: Peer = Scene.alice) throws -> Caller {
        var submission = WorkflowSubmission(definition: try WorkflowDefinition(json: text(definition).parsed()))
        submission.inputs = text(inputs)
        return send(.workflowRun(submission), as: peer)
    }

    /// The state a workflow's submitter was answered with.
    func state(_ caller: Caller) throws -> WorkflowState {
        guard case .success(.workflowState(let state)) = answer(to: caller) else {
            throw Missing("a workflow's state")
        }
        return state
    }

    /// The result a dispatcher was answered with.
    func result(_ caller: Caller) throws -> TaskResult {
        guard case .success(.result(let result)) = answer(to: caller) else { throw Missing("a task's result") }
        return result
    }

    /// The refusal a caller was answered with.
    func refusal(_ caller: Caller) throws -> Refusal {
        guard case .failure(let refusal) = answer(to: caller) else { throw Missing("a refusal") }
        return refusal
    }

    /// What the registry shows of an agent; nil where it is unknown.
    mutating func agent(_ name: String) -> AgentState? {
        guard case .success(.agent(let state)) = ask(.agentGet(id(name)), on: 9999) else { return nil }
        return state
    }
}

struct Missing: Error {
    let what: String

    init(_ what: String) {
        self.what = what
    }
}

func id<Kind>(_ name: String) -> Identifier<Kind> {
    Identifier(name) ?? .uuid(0, 0)
}

func text(_ json: String) -> JSONText {
    (try? JSONText(parsing: json)) ?? .null
}

func task(_ name: String, _ type: AgentType?, _ change: (inout TaskDefinition) -> Void = { _ in }) -> TaskDefinition {
    var task = TaskDefinition(name: name, assignedTo: type)
    change(&task)
    // Read back, so that it has the text that sameness is judged by.
    return (try? TaskDefinition(json: task.jsonText.parsed())) ?? task
}

extension Result {
    var refusal: Failure? {
        switch self {
        case .success: nil
        case .failure(let failure): failure
        }
    }
}
