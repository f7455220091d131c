import ConductorProtocol
import ConductorJSON
import ConductorModel
import Synchronization

@testable import ConductorAgent

extension TaskAssignment {
    /// An order as the daemon gives it. `number` tells its token from others'.
    static func sample(
        _ id: String = "t1", number: UInt64 = 1, input: String = "{}", timeout: Duration = .seconds(60),
        workflowID: String? = nil
    ) throws -> TaskAssignment {
        var task = TaskDefinition(name: "sample", assignedTo: .coding)
        task.taskID = TaskID(id)
        task.inputData = try JSONText(parsing: input)
        return TaskAssignment(
            task: task, attempt: 1, token: AttemptToken(high: 0xFEED, low: number), timeout: timeout,
            deadline: Timestamp(microseconds: 0) + timeout, workflowID: workflowID.flatMap { WorkflowID($0) },
            phase: workflowID == nil ? nil : .development, feedback: nil)
    }
}

/// Keeps what an agent reports.
final class Reports: Sendable {
    private let kept = Mutex<[AttemptReport]>([])

    var lines: [String] {
        kept.withLock { reports in
            reports.compactMap { report in
                if case .log("stderr", let line) = report.content { line } else { nil }
            }
        }
    }

    func context(for assignment: TaskAssignment) throws -> TaskContext {
        TaskContext(
            agentID: .init("a1") ?? .coordinator, agentType: .coding, assignment: assignment,
            send: { report in self.kept.withLock { $0.append(report) } })
    }
}
