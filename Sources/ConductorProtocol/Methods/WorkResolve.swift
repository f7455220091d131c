import ConductorJSON
import ConductorModel

/// `work.resolve`: which workflows, and tasks that were dispatched alone, a person may mean.
public enum WorkResolveMethod: RemoteMethod {
    public typealias Params = WorkReference
    public typealias Reply = WorkMatchList

    public static var name: StaticString { "work.resolve" }
    public static var requiredRole: Role { .observer }
    public static func storeQuery(_ reference: WorkReference) -> StoreQuery { .matches(reference) }
    public static func scope(_ reference: WorkReference) -> StateScope { .nothing }
}

extension WorkReference: MethodParams {
    /// A workflow's name, and a number after it. Bytes.
    private static let maximumBytes = 1024

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        guard let text = try fields.text("reference", maximumBytes: Self.maximumBytes) else {
            throw JSONFieldError(field: "reference", reason: "is required")
        }
        self.init(text)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("reference", text)
    }
}

/// What was found, the newest first.
public struct WorkMatchList: Hashable, MethodReply {
    public var matchedBy: Word<WorkMatches.Kind>
    public var workflows: [WorkflowListEntry]
    public var tasks: [TaskListEntry]
    /// There are more.
    public var isCut: Bool

    public init(_ matches: WorkMatches, tasks: [TaskView]) {
        matchedBy = Word(matches.kind)
        workflows = matches.workflows.map { WorkflowListEntry($0) }
        self.tasks = tasks.map { TaskListEntry($0) }
        isCut = matches.isCut
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        matchedBy = try fields.required("matched_by")
        workflows = try fields.required("workflows")
        tasks = try fields.required("tasks")
        isCut = try fields.value("cut", default: false)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("matched_by", matchedBy)
        writer.member("workflows", workflows)
        writer.member("tasks", tasks)
        if isCut { writer.member("cut", true) }
    }
}
