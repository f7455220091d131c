import ConductorJSON
import ConductorModel

/// What a subscription is about, as of its beginning: the task or the workflow, the agent, or the counts of all.
public struct EventSnapshot: MethodReply {
    /// What a filter names.
    public enum Subject<Value: Sendable>: Sendable {
        case found(Value)
        case unknown
    }

    /// Each is nil where the filter names none.
    public var agent: Subject<AgentState>?
    public var task: Subject<TaskDetails>?
    public var workflow: Subject<WorkflowView>?
    /// Nil where the filter names anything.
    public var counts: StatusCounts?

    public init() {}

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        agent = try fields.subject("agent")
        task = try fields.subject("task")
        workflow = try fields.subject("workflow")
        if agent == nil, task == nil, workflow == nil { counts = try StatusCounts(&fields) }
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("agent", agent)
        writer.member("task", task)
        writer.member("workflow", workflow)
        counts?.writeMembers(to: &writer)
    }
}

extension EventSnapshot.Subject: JSONWritable where Value: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .found(let value): value.write(to: &writer)
        case .unknown: writer.null()
        }
    }
}

extension JSONFields {
    fileprivate mutating func subject<Value: JSONReadable>(
        _ key: StaticString
    ) throws(JSONFieldError) -> EventSnapshot.Subject<Value>? {
        guard let json = take(key) else { return nil }
        guard json.kind != .null else { return .unknown }
        do throws(JSONFieldError) {
            return .found(try Value(json: json))
        } catch {
            throw error.within("\(key)")
        }
    }
}
