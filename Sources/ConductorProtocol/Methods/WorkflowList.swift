import ConductorJSON
import ConductorModel

/// `workflow.get`: one workflow, with its results and its definition.
public enum WorkflowGetMethod: WorkflowMethod {
    public typealias Reply = WorkflowDetails

    public static var name: StaticString { "workflow.get" }
    public static var requiredRole: Role { .observer }
    public static func scope(_ workflow: WorkflowID) -> StateScope { .workflow(workflow) }
}

/// `workflow.list`: workflows, the newest first.
public enum WorkflowListMethod: RemoteMethod {
    public typealias Params = WorkflowQuery
    public typealias Reply = WorkflowList

    public static var name: StaticString { "workflow.list" }
    public static var requiredRole: Role { .observer }
    public static func storeQuery(_ query: WorkflowQuery) -> StoreQuery { .workflows(query) }
    public static func scope(_ query: WorkflowQuery) -> StateScope { .nothing }
}

extension WorkflowQuery: MethodParams {
    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        self.init(status: try fields.optional("status"), page: try Page(&fields))
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("status", status)
        page.writeMembers(to: &writer)
    }
}

/// A workflow's state, and what it was made of.
public struct WorkflowDetails: MethodReply {
    public var state: WorkflowView
    public var definition: WorkflowDefinition
    /// What it was run with; nil where it is left out, and from a daemon that does not tell.
    public var inputs: JSONText?
    /// The tasks of the definition, or the inputs, are left out: all together they are too long.
    public private(set) var omitsDefinition = false

    public init(state: WorkflowView, definition: WorkflowDefinition, inputs: JSONText?) {
        self.state = state
        self.definition = definition
        self.inputs = inputs
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        state = try fields.required("state")
        definition = try fields.required("definition")
        inputs = try fields.optional("inputs")
        omitsDefinition = try fields.value("definition_omitted", default: false)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("state", state)
        guard writer.detail > .whole else {
            writer.member("definition", definition)
            return writer.member("inputs", inputs)
        }
        var outline = definition
        outline.tasks = []
        outline.metadata = .emptyObject
        writer.member("definition", outline)
        writer.member("definition_omitted", true)
        if inputs != nil { writer.member("inputs_omitted", true) }
    }
}

/// A page of workflows, the newest first.
public struct WorkflowList: MethodReply {
    public var workflows: [WorkflowListEntry]
    /// Where the next page begins; nil on the last.
    public var nextCursor: Int64?

    public init(_ workflows: [WorkflowListEntry], nextCursor: Int64?) {
        self.workflows = workflows
        self.nextCursor = nextCursor
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        workflows = try fields.required("workflows")
        nextCursor = try fields.nextCursor()
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("workflows", workflows)
        writer.nextCursor(nextCursor)
    }
}
