import ConductorClient
import ConductorJSON
import ConductorModel

/// Runs a workflow and shows it to its end.
package struct WorkflowRun: Sendable {
    /// With its id.
    package let definition: WorkflowDefinition
    package let workflowID: WorkflowID
    package let inputs: JSONText
    /// Whether a workflow with this id may be there already.
    package let origin: WorkflowFollower.Origin

    /// Without an id it gets a new one, so that its events can be asked for before it begins.
    package init(_ definition: WorkflowDefinition, id: WorkflowID?, inputs: JSONText) {
        var definition = definition
        var generator = SystemRandomNumberGenerator()
        let named = id ?? definition.workflowID
        workflowID = named ?? .uuid(generator.next(), generator.next())
        definition.workflowID = workflowID
        self.definition = definition
        self.inputs = inputs
        origin = named == nil ? .now : .beginning
    }

    /// Returns the answer to `workflow.get` when the workflow has ended. `started` is called once it is accepted.
    package func follow(
        socket: String, presenter: RunPresenter, started: @escaping @Sendable () async -> Void
    ) async throws -> JSONValue {
        let client = try await ConductorClient.connect(socket: socket)
        defer { client.close() }
        let follower = WorkflowFollower(socket: socket, presenter: presenter)
        try await follower.follow(workflowID, from: origin) {
            let state = try await client.runDetached(definition, inputs: inputs)
            await started()
            return state.status.isTerminal
        }
        return try await ConductorClient.connect(socket: socket).call(.workflowGet(workflowID))
    }
}

/// What the first Ctrl-C cancels: nothing until the workflow is accepted.
package actor CancelSwitch {
    private var cancel: (@Sendable () async throws -> Void)?

    package init() {}

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
