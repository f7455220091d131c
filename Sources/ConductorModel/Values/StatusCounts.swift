/// How many of each there are; what is terminal counts as long as it is kept.
public struct StatusCounts: Sendable {
    public var events: Int64 = 0
    public var agents: [AgentStatus: Int] = [:]
    public var tasks: [TaskStatus: Int] = [:]
    public var workflows: [WorkflowStatus: Int] = [:]
    public var queued = 0
    public var deadLetters = 0

    public init() {}
}
