import ConductorJSON
import ConductorModel

/// What became of a workflow by what was asked for.
public struct WorkflowReply: MethodReply {
    /// Told where the workflow has just begun.
    public var startedID: WorkflowID?
    public var state: WorkflowView
    /// Nil where what was asked for was new.
    public var repeated: Repetition?

    public init(state: WorkflowView, repeated: Repetition? = nil) {
        self.state = state
        self.repeated = repeated
    }

    public init(started state: WorkflowView, repeated: Repetition? = nil) {
        startedID = state.workflowID
        self.state = state
        self.repeated = repeated
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        startedID = try fields.optional("workflow_id")
        state = try fields.required("state")
        repeated = try fields.optional(Repetition.member)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("workflow_id", startedID)
        writer.member("state", state)
        writer.member(Repetition.member, repeated)
    }
}
