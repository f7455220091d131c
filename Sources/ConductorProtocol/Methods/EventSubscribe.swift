import ConductorJSON
import ConductorModel

/// `event.subscribe`: events as they come, after those that have been.
public enum EventSubscribeMethod: RemoteMethod {
    public typealias Params = EventFilter
    public typealias Reply = SubscriptionReply

    public static var name: StaticString { "event.subscribe" }
    public static var requiredRole: Role { .observer }

    public static func storeQuery(_ filter: EventFilter) -> StoreQuery {
        if let task = filter.taskID { return .task(TaskKey(workflowID: filter.workflowID, taskID: task)) }
        return filter.workflowID.map { .workflow($0) } ?? .nothing
    }
}

/// `event.unsubscribe`: no more events of a subscription.
public enum EventUnsubscribeMethod: RemoteMethod {
    public typealias Params = String
    public typealias Reply = EmptyReply

    public static var name: StaticString { "event.unsubscribe" }
    public static var requiredRole: Role { .observer }
    public static func scope(_ subscription: String) -> StateScope { .nothing }

    public static func read(_ fields: inout JSONFields) throws(JSONFieldError) -> String {
        try fields.required("subscription")
    }

    public static func write(_ subscription: String, to writer: inout JSONWriter) {
        writer.member("subscription", subscription)
    }
}

extension EventFilter: MethodParams {
    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        self.init(
            workflowID: try fields.optional("workflow_id"), taskID: try fields.optional("task_id"),
            agentID: try fields.optional("agent_id"), kinds: try fields.optional("kinds"))
        let existing = EventKind.allCases.count + Self.liveKinds.count
        guard kinds?.count ?? 0 <= existing else {
            throw JSONFieldError(
                field: "kinds", reason: "must have at most \(existing) elements: there are no more kinds")
        }
        for (index, kind) in (kinds ?? []).enumerated()
        where EventKind(rawValue: kind) == nil && !Self.liveKinds.contains(kind) {
            throw JSONFieldError(field: "kinds[\(index)]", reason: "must be the name of a kind of event")
        }
        afterSequence = try fields.integer("after_sequence", in: 0...Int.max).map(Int64.init)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("workflow_id", workflowID)
        writer.member("task_id", taskID)
        writer.member("agent_id", agentID)
        writer.member("kinds", kinds)
        writer.member("after_sequence", afterSequence)
    }
}
