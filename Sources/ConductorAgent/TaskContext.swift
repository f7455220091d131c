import ConductorModel
import ConductorProtocol

/// What an agent at work may say of it, and to whom it speaks.
public struct TaskContext: Sendable {
    public let agentID: AgentID
    public let agentType: AgentType

    private let assignment: TaskAssignment
    private let send: @Sendable (AttemptReport) async -> Void

    init(
        agentID: AgentID, agentType: AgentType, assignment: TaskAssignment,
        send: @escaping @Sendable (AttemptReport) async -> Void
    ) {
        self.agentID = agentID
        self.agentType = agentType
        self.assignment = assignment
        self.send = send
    }

    /// Tells how far the work is. `percent` is from 0 to 100. Nobody hears it while the daemon is away.
    public func progress(percent: Double? = nil, _ message: String? = nil) async {
        let percent = percent.map { min(max($0, 0), 100) }
        await report(.progress(percent: percent, message: message?.prefix(utf8Bytes: Limits.textBytes)))
    }

    /// Tells one line of what the work prints. `stream` is a short name such as `stderr`.
    public func log(_ line: String, stream: String = "log") async {
        await report(.log(stream: stream.prefix(utf8Bytes: 64), line: line.prefix(utf8Bytes: Limits.textBytes)))
    }

    private func report(_ content: AttemptReport.Content) async {
        let taskID = assignment.task.taskID
        guard let taskID else { return }
        await send(
            AttemptReport(taskID: taskID, attempt: assignment.attempt, token: assignment.token, content: content))
    }
}

extension String {
    /// As many whole characters from the front as fit into `bytes` bytes of UTF-8.
    func prefix(utf8Bytes bytes: Int) -> String {
        guard utf8.count > bytes else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: bytes)
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
