import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Starts a workflow, or an ended one again, or sends one back with feedback, and shows it to its end.
package struct WorkflowRun: Sendable {
    private enum Act: Sendable {
        case run(WorkflowDefinition, inputs: JSONText)
        case retry(WorkflowRetry)
        case feedback(WorkflowFeedback)
    }

    package let workflowID: WorkflowID
    private let act: Act
    private let origin: WorkFollower.Origin

    /// Without an id it gets a new one, so that its events can be asked for before it begins. With one it may be there
    /// already.
    package init(_ definition: WorkflowDefinition, id: WorkflowID?, inputs: JSONText) {
        var definition = definition
        var generator = SystemRandomNumberGenerator()
        let named = id ?? definition.workflowID
        workflowID = named ?? .uuid(generator.next(), generator.next())
        definition.workflowID = workflowID
        act = .run(definition, inputs: inputs)
        origin = named == nil ? .now : .beginning
    }

    package init(retrying params: WorkflowRetry) {
        var params = params
        params.requestKey = params.requestKey ?? Self.newKey
        workflowID = params.workflowID
        act = .retry(params)
        origin = .now
    }

    package init(sendingBack params: WorkflowFeedback) {
        var params = params
        params.requestKey = params.requestKey ?? Self.newKey
        params.detach = true
        workflowID = params.workflowID
        act = .feedback(params)
        origin = .now
    }

    /// Every act has a key, so that asking twice is the same act.
    private static var newKey: String {
        var generator = SystemRandomNumberGenerator()
        return TaskID.uuid(generator.next(), generator.next()).description
    }

    /// The state once it has begun, and whether the daemon knew it already. May be called again: it is the same run.
    package func begin(_ client: ConductorClient) async throws -> (state: WorkflowView, remark: String?) {
        let reply = try await ask(client)
        let repetition = reply.repeated?.sentence("workflow \(workflowID)", ended: reply.state.completedAt)
        return (reply.state, repetition ?? (ranNothing(reply.state) ? nothingRan : nil))
    }

    private var nothingRan: String {
        "workflow \(workflowID) has no task that is left to run; nothing was run (--all runs completed tasks too)"
    }

    /// Whether this is a retry of what is completed already.
    private func ranNothing(_ state: WorkflowView) -> Bool {
        guard case .retry = act, state.status.isTerminal, let last = state.phaseHistory.last?.iteration else {
            return false
        }
        return state.phaseHistory.allSatisfy { $0.iteration != last || $0.taskCount == 0 }
    }

    private func ask(_ client: ConductorClient) async throws -> WorkflowReply {
        switch act {
        case .run(let definition, let inputs):
            var params = WorkflowSubmission(definition: definition)
            params.inputs = inputs
            params.detach = true
            return try await client.call(WorkflowRunMethod.self, params)
        case .retry(let params): return try await client.call(WorkflowRetryMethod.self, params)
        case .feedback(let params): return try await client.call(WorkflowFeedbackMethod.self, params)
        }
    }

    /// Returns the workflow when it has ended. `started` is called once it is accepted.
    package func follow(
        socket: DaemonSocket, presenter: RunPresenter, controls: RunControls,
        started: @escaping @Sendable () async -> Void
    ) async throws -> WorkflowDetails {
        let follower = WorkFollower(socket: socket, presenter: presenter, controls: controls)
        try await follower.follow(.workflow(workflowID), from: origin) { _ in
            var requests = 0
            let (state, remark) = try await insisting(socket: socket) { client in
                requests += 1
                return try await begin(client)
            }
            await started()
            // What was asked for before, on a connection that was lost, may be this command's own.
            if requests == 1, let remark { try await presenter.remark(remark) }
            return state.status.isTerminal
        }
        return try await insisting(socket: socket) { try await $0.call(WorkflowGetMethod.self, workflowID) }
    }
}

/// What the first Ctrl-C cancels: nothing until the workflow is accepted.
package actor CancelSwitch {
    private var cancel: (@Sendable () async throws -> Void)?

    package init() {}

    package var isArmed: Bool { cancel != nil }

    package func arm(_ cancel: @escaping @Sendable () async throws -> Void) {
        self.cancel = cancel
    }

    /// Whether cancelling is under way; if not, there is nothing to wait for.
    package func press() async -> Bool {
        guard let cancel else { return false }
        do {
            try await cancel()
            return true
        } catch is Refusal {
            // It has ended by itself.
            return true
        } catch {
            return false
        }
    }
}
