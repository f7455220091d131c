import ConductorJSON
import ConductorModel
import ConductorProtocol

extension ConductorClient {
    /// Introduces the client; optional. The answer tells the server, its limits and who the caller is to it.
    public func hello(name: String, version: String) async throws -> JSONValue {
        try await call(.hello(Hello(clientName: name, clientVersion: version)))
    }

    public func ping() async throws {
        try await call(.ping)
    }

    public func status() async throws -> JSONValue {
        try await call(.statusGet)
    }
}

extension ConductorClient {
    /// What the daemon made of a registration.
    public struct Registration: Sendable {
        public let agent: AgentState
        /// An agent that is silent for longer is taken to be gone.
        public let lease: Duration
        /// Attempts that the agent named and goes on with; the others it drops.
        public let adopted: [TaskID]
    }

    public func register(_ registration: AgentRegistration) async throws -> Registration {
        let answer = try await call(.agentRegister(registration))
        return try reading { () throws(JSONFieldError) in
            var fields = try JSONFields(answer)
            return Registration(
                agent: try fields.required("agent"),
                lease: Duration(inSeconds: try fields.required("lease_seconds")),
                adopted: try fields.value("adopted", default: []))
        }
    }

    /// False where the agent is unknown.
    public func unregister(_ id: AgentID) async throws -> Bool {
        try member("unregistered", of: try await call(.agentUnregister(id)))
    }

    public func heartbeat(_ id: AgentID) async throws {
        try await call(.agentHeartbeat(id))
    }

    /// Nil where the agent is unknown.
    public func agent(_ id: AgentID) async throws -> AgentState? {
        let answer = try await call(.agentGet(id))
        return try reading { () throws(JSONFieldError) in
            var fields = try JSONFields(answer)
            return try fields.optional("agent")
        }
    }

    public func agents(_ query: AgentQuery = AgentQuery()) async throws -> [AgentState] {
        try member("agents", of: try await call(.agentList(query)))
    }

    /// A paused agent gets no further work.
    public func pause(_ id: AgentID) async throws -> AgentState {
        try member("agent", of: try await call(.agentPause(id)))
    }

    public func resume(_ id: AgentID) async throws -> AgentState {
        try member("agent", of: try await call(.agentResume(id)))
    }

    /// The agent is about to stop: it gets no further work until it registers anew or is resumed.
    public func drain(_ id: AgentID) async throws -> AgentState {
        try member("agent", of: try await call(.agentDrain(id)))
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
        return try member("result", of: try await call(.taskDispatch(params)))
    }

    /// Dispatches a task and returns once it is accepted.
    public func dispatchDetached(
        _ task: TaskDefinition, whenBusy: WorkflowDefinition.WhenBusy = .fail, queueTimeout: Duration = .seconds(3600)
    ) async throws -> TaskID {
        var params = TaskDispatch(task: task)
        params.whenBusy = whenBusy
        params.queueTimeout = queueTimeout
        params.detach = true
        return try member("task_id", of: try await call(.taskDispatch(params)))
    }

    /// `task` (with its status), `result` (absent until it is terminal) and `attempts`.
    public func task(_ key: TaskKey) async throws -> JSONValue {
        try await call(.taskGet(key))
    }

    public func tasks(_ query: TaskQuery = TaskQuery()) async throws -> ListPage {
        try ListPage(try await call(.taskList(query)), member: "tasks")
    }

    /// False where it had ended already.
    public func cancel(_ key: TaskKey, reason: String? = nil) async throws -> Bool {
        try member("cancelled", of: try await call(.taskCancel(key, reason: reason)))
    }

    /// Gives back an attempt that was not begun; it is requeued without being counted, at most three times a task.
    /// False where it is no longer the current one.
    public func giveBack(_ attempt: AttemptReference) async throws -> Bool {
        try member("returned", of: try await call(.taskReturn(attempt)))
    }

    /// Delivers the outcome of an attempt; returns once it is durable.
    public func complete(_ completion: TaskCompletion) async throws {
        try await call(.taskComplete(completion))
    }
}

extension ConductorClient {
    /// Runs a workflow and waits for its end.
    public func run(_ definition: WorkflowDefinition, inputs: JSONText = .emptyObject) async throws -> WorkflowView {
        var params = WorkflowSubmission(definition: definition)
        params.inputs = inputs
        return try member("state", of: try await call(.workflowRun(params)))
    }

    /// Starts a workflow and returns its state at once.
    public func runDetached(
        _ definition: WorkflowDefinition, inputs: JSONText = .emptyObject
    ) async throws -> WorkflowView {
        var params = WorkflowSubmission(definition: definition)
        params.inputs = inputs
        params.detach = true
        return try member("state", of: try await call(.workflowRun(params)))
    }

    /// What is wrong with a definition; empty where it could be run.
    public func validate(_ definition: JSONText) async throws -> [Problem] {
        try member("problems", of: try await call(.workflowValidate(definition)))
    }

    public func workflow(_ id: WorkflowID) async throws -> WorkflowView {
        try member("state", of: try await call(.workflowGet(id)))
    }

    public func workflows(_ query: WorkflowQuery = WorkflowQuery()) async throws -> ListPage {
        try ListPage(try await call(.workflowList(query)), member: "workflows")
    }

    public func cancel(_ id: WorkflowID, reason: String? = nil) async throws -> WorkflowView {
        try member("state", of: try await call(.workflowCancel(id, reason: reason)))
    }

    /// Runs phases anew with `feedback`; returns when they have ended, or have begun where `params` say so.
    public func feedback(_ params: WorkflowFeedback) async throws -> WorkflowView {
        try member("state", of: try await call(.workflowFeedback(params)))
    }
}

extension ConductorClient {
    public func policies() async throws -> [Policy] {
        try member("policies", of: try await call(.policyList))
    }

    public func register(_ policy: Policy) async throws -> Policy {
        try member("policy", of: try await call(.policyRegister(policy)))
    }

    /// False where no such policy is registered.
    public func unregisterPolicy(named name: String) async throws -> Bool {
        try member("unregistered", of: try await call(.policyUnregister(name: name)))
    }

    public func evaluatePolicies(_ question: PolicyQuestion) async throws -> (allowed: Bool, results: [PolicyResult]) {
        let answer = try await call(.policyEvaluate(question))
        return (try member("allowed", of: answer), try member("results", of: answer))
    }
}

/// The member of an answer that carries what was asked for.
func member<T: JSONReadable>(_ key: StaticString, of answer: JSONValue) throws(ConnectionFault) -> T {
    try reading { () throws(JSONFieldError) in
        var fields = try JSONFields(answer)
        return try fields.required(key)
    }
}
