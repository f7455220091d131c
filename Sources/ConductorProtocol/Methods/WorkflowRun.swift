import ConductorJSON
import ConductorModel

/// `workflow.run`: a workflow is begun.
public enum WorkflowRunMethod: RemoteMethod {
    public typealias Params = WorkflowSubmission
    public typealias Reply = WorkflowReply

    public static var name: StaticString { "workflow.run" }
    public static var requiredRole: Role { .operator }
    public static var isForSubmitters: Bool { true }
    public static var changesState: Bool { true }

    public static func highestPriority(_ submission: WorkflowSubmission) -> Priority? {
        submission.definition.tasks.map(\.priority).max()
    }

    public static func storeQuery(_ submission: WorkflowSubmission) -> StoreQuery {
        submission.definition.workflowID.map { .workflow($0) } ?? .nothing
    }
}

/// A definition, and what it is run with.
public struct WorkflowSubmission: MethodParams {
    public var definition: WorkflowDefinition
    public var inputs: JSONText = .emptyObject
    public var detach = false

    public init(definition: WorkflowDefinition) {
        self.definition = definition
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        definition = try fields.required("definition")
        inputs = try fields.object("inputs") ?? .emptyObject
        detach = try fields.value("detach", default: false)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("definition", definition)
        writer.member("inputs", inputs)
        writer.member("detach", detach)
    }
}
