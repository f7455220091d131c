import ConductorJSON
import ConductorModel

/// One method of the protocol, described once for both sides: the daemon reads what the client writes, and the client
/// reads what the daemon answers.
public protocol RemoteMethod: Sendable {
    associatedtype Params: Sendable
    associatedtype Reply: MethodReply

    /// Its name on the wire.
    static var name: StaticString { get }

    /// What a caller must be allowed to do.
    static var requiredRole: Role { get }

    /// Whether submitters may use it too, for work of their own.
    static var isForSubmitters: Bool { get }

    /// Refused once the daemon is stopping, and while its disk is full.
    static var changesState: Bool { get }

    /// Takes the members that the method knows; the caller refuses the rest.
    static func read(_ fields: inout JSONFields) throws(JSONFieldError) -> Params

    /// Writes the members of `params`.
    static func write(_ params: Params, to writer: inout JSONWriter)

    /// The highest priority of the work that is asked for; nil where none is.
    static func highestPriority(_ params: Params) -> Priority?

    /// What the daemon looks up before it handles the request, unless it holds that in memory.
    static func storeQuery(_ params: Params) -> StoreQuery

    /// What of the daemon's state the answer shows.
    static func scope(_ params: Params) -> StateScope
}

extension RemoteMethod {
    public static var isForSubmitters: Bool { false }
    public static var changesState: Bool { false }
    public static func highestPriority(_ params: Params) -> Priority? { nil }
    public static func storeQuery(_ params: Params) -> StoreQuery { .nothing }
    public static func scope(_ params: Params) -> StateScope { .everything }
}

/// The parameters of a method that are a type of their own.
public protocol MethodParams: JSONReadable, JSONWritable, Sendable {
    /// Takes its members; the caller refuses the rest.
    init(_ fields: inout JSONFields) throws(JSONFieldError)

    func writeMembers(to writer: inout JSONWriter)
}

extension MethodParams {
    /// Refuses members that it does not know.
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        try self.init(&fields)
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writeMembers(to: &$0) }
    }
}

extension RemoteMethod where Params: MethodParams {
    public static func read(_ fields: inout JSONFields) throws(JSONFieldError) -> Params { try Params(&fields) }
    public static func write(_ params: Params, to writer: inout JSONWriter) { params.writeMembers(to: &writer) }
}

/// A method takes nothing.
public struct NoParams: Hashable, MethodParams {
    public init() {}
    public init(_ fields: inout JSONFields) {}
    public func writeMembers(to writer: inout JSONWriter) {}
}

/// A method that takes the id of an agent.
public protocol AgentMethod: RemoteMethod where Params == AgentID {}

extension AgentMethod {
    public static func read(_ fields: inout JSONFields) throws(JSONFieldError) -> AgentID {
        try fields.required("agent_id")
    }

    public static func write(_ agent: AgentID, to writer: inout JSONWriter) {
        writer.member("agent_id", agent)
    }
}

/// A method that takes the id of a workflow.
public protocol WorkflowMethod: RemoteMethod where Params == WorkflowID {}

extension WorkflowMethod {
    public static func read(_ fields: inout JSONFields) throws(JSONFieldError) -> WorkflowID {
        try fields.required("workflow_id")
    }

    public static func write(_ workflow: WorkflowID, to writer: inout JSONWriter) {
        writer.member("workflow_id", workflow)
    }

    public static func storeQuery(_ workflow: WorkflowID) -> StoreQuery { .workflow(workflow) }
}

/// The answer of a method: the daemon writes it, the client reads it.
///
/// A client ignores members that it does not know: a newer daemon may say more.
public protocol MethodReply: JSONReadable, JSONWritable, Sendable {
    init(_ fields: inout JSONFields) throws(JSONFieldError)

    func writeMembers(to writer: inout JSONWriter)
}

extension MethodReply {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        try self.init(&fields)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writeMembers(to: &$0) }
    }
}

/// That it was done is all there is to say.
public struct EmptyReply: Hashable, MethodReply {
    public init() {}
    public init(_ fields: inout JSONFields) {}
    public func writeMembers(to writer: inout JSONWriter) {}
}
