import ConductorJSON
import ConductorModel
import ConductorProtocol

extension ConductorClient {
    /// Introduces the client; optional. The answer tells the server, its limits and who the caller is to it.
    public func hello(name: String, version: String) async throws -> HelloReply {
        try await call(HelloMethod.self, Hello(clientName: name, clientVersion: version))
    }

    public func ping() async throws {
        try await call(PingMethod.self)
    }

    public func status() async throws -> StatusReport {
        try await call(StatusMethod.self)
    }
}

extension ConductorClient {
    public func register(_ registration: AgentRegistration) async throws -> RegistrationReply {
        try await call(AgentRegisterMethod.self, registration)
    }

    /// False where the agent is unknown.
    /// - Parameter releasing: Whether any user may register the id from now on.
    public func unregister(_ id: AgentID, releasing: Bool = false) async throws -> Bool {
        try await call(AgentUnregisterMethod.self, AgentRemoval(id, isReleased: releasing)).isDone
    }

    public func heartbeat(_ id: AgentID) async throws {
        try await call(AgentHeartbeatMethod.self, id)
    }

    /// Nil where the agent is unknown.
    public func agent(_ id: AgentID) async throws -> AgentState? {
        try await call(AgentGetMethod.self, id).agent
    }

    /// By their ids. Without a limit all of them, in as many requests as that takes.
    public func agents(_ query: AgentQuery = AgentQuery()) async throws -> [AgentState] {
        var query = query
        var page = try await call(AgentListMethod.self, query)
        var agents = page.agents
        while let next = page.nextAfter, query.limit == nil {
            // A daemon that does not get on would be asked without end.
            if let after = query.after, next <= after { break }
            query.after = next
            page = try await call(AgentListMethod.self, query)
            agents += page.agents
        }
        return agents
    }

    /// A paused agent gets no further work.
    public func pause(_ id: AgentID) async throws -> AgentState {
        try known(try await call(AgentPauseMethod.self, id))
    }

    public func resume(_ id: AgentID) async throws -> AgentState {
        try known(try await call(AgentResumeMethod.self, id))
    }

    /// The agent is about to stop: it gets no further work until it registers anew or is resumed.
    public func drain(_ id: AgentID) async throws -> AgentState {
        try known(try await call(AgentDrainMethod.self, id))
    }

    private func known(_ reply: AgentReply) throws(ConnectionFault) -> AgentState {
        guard let agent = reply.agent else { throw .malformed(reason: "an answer without its agent") }
        return agent
    }
}

extension ConductorClient {
    /// Dispatches a task and waits for its result; a failed result is a result too. Asking again with the same
    /// `task_id` and content attaches to the work that runs, or gets the recorded result.
    public func dispatch(
        _ task: TaskDefinition, whenBusy: WorkflowDefinition.WhenBusy = .fail, queueTimeout: Duration = .seconds(3600)
    ) async throws -> TaskResult {
        var params = TaskDispatch(task: task)
        params.whenBusy = whenBusy
        params.queueTimeout = queueTimeout
        switch try await call(TaskDispatchMethod.self, params).outcome {
        case .ended(let result): return result
        case .accepted: throw ConnectionFault.malformed(reason: "an answer without a result")
        }
    }

    /// Dispatches a task and returns once it is accepted.
    public func dispatchDetached(
        _ task: TaskDefinition, whenBusy: WorkflowDefinition.WhenBusy = .fail, queueTimeout: Duration = .seconds(3600)
    ) async throws -> TaskID {
        var params = TaskDispatch(task: task)
        params.whenBusy = whenBusy
        params.queueTimeout = queueTimeout
        params.detach = true
        switch try await call(TaskDispatchMethod.self, params).outcome {
        case .accepted(let id): return id
        case .ended: throw ConnectionFault.malformed(reason: "an answer without a task_id")
        }
    }

    public func task(_ key: TaskKey) async throws -> TaskDetails {
        try await call(TaskGetMethod.self, key)
    }

    /// Lines that an attempt has logged, by default the last one.
    public func log(of key: TaskKey, attempt: Int? = nil, _ range: LogRange = LogRange()) async throws -> TaskLog {
        try await call(TaskLogMethod.self, TaskLogQuestion(key, attempt: attempt, range))
    }

    /// One page of them, newest first.
    public func tasks(_ query: TaskQuery = TaskQuery()) async throws -> TaskList {
        try await call(TaskListMethod.self, query)
    }

    /// False where it had ended already.
    public func cancel(_ key: TaskKey, reason: String? = nil) async throws -> Bool {
        try await call(TaskCancelMethod.self, TaskCancellation(key, reason: reason)).isDone
    }

    /// Gives back an attempt that was not begun; it is requeued without being counted, at most three times a task.
    /// False where it is no longer the current one.
    public func giveBack(_ attempt: AttemptReference) async throws -> Bool {
        try await call(TaskReturnMethod.self, attempt).isDone
    }

    /// Delivers the outcome of an attempt; returns once it is durable.
    public func complete(_ completion: TaskCompletion) async throws {
        try await call(TaskCompleteMethod.self, completion)
    }
}

extension ConductorClient {
    /// Runs a workflow and waits for its end.
    public func run(_ definition: WorkflowDefinition, inputs: JSONText = .emptyObject) async throws -> WorkflowView {
        var params = WorkflowSubmission(definition: definition)
        params.inputs = inputs
        return try await call(WorkflowRunMethod.self, params).state
    }

    /// Starts a workflow and returns its state at once.
    public func runDetached(
        _ definition: WorkflowDefinition, inputs: JSONText = .emptyObject
    ) async throws -> WorkflowView {
        var params = WorkflowSubmission(definition: definition)
        params.inputs = inputs
        params.detach = true
        return try await call(WorkflowRunMethod.self, params).state
    }

    /// What is wrong with a definition; empty where it could be run.
    public func validate(_ definition: JSONText) async throws -> [Problem] {
        try await call(WorkflowValidateMethod.self, definition).problems
    }

    public func workflow(_ id: WorkflowID) async throws -> WorkflowView {
        try await call(WorkflowGetMethod.self, id).state
    }

    /// One page of them, newest first.
    public func workflows(_ query: WorkflowQuery = WorkflowQuery()) async throws -> WorkflowList {
        try await call(WorkflowListMethod.self, query)
    }

    public func cancel(_ id: WorkflowID, reason: String? = nil) async throws -> WorkflowView {
        try await call(WorkflowCancelMethod.self, WorkflowCancellation(id, reason: reason)).state
    }

    /// Runs phases anew with `feedback`; returns when they have ended, or have begun where `params` say so.
    public func feedback(_ params: WorkflowFeedback) async throws -> WorkflowView {
        try await call(WorkflowFeedbackMethod.self, params).state
    }
}

extension ConductorClient {
    public func policies() async throws -> [Policy] {
        try await call(PolicyListMethod.self).policies
    }

    public func register(_ policy: Policy) async throws -> Policy {
        try await call(PolicyRegisterMethod.self, policy).policy
    }

    /// False where no such policy is registered.
    public func unregisterPolicy(named name: String) async throws -> Bool {
        try await call(PolicyUnregisterMethod.self, name).isDone
    }

    public func evaluatePolicies(_ question: PolicyQuestion) async throws -> (allowed: Bool, results: [PolicyResult]) {
        let verdict = try await call(PolicyEvaluateMethod.self, question)
        return (verdict.allowed, verdict.results)
    }
}
