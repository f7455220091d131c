import ConductorModel
import ConductorProtocol

/// How a workflow stands, in one word: the wire's status says less, a workflow whose tasks failed is `completed` there.
package enum Verdict: String, CaseIterable, Sendable {
    case running, paused, held, succeeded, failed, cancelled

    package init(_ workflow: WorkflowView) {
        self.init(
            workflow.status, isPaused: workflow.isPaused, isHeld: workflow.isHeldAtGate,
            isWhole: ExitStatus(workflow) == .success)
    }

    package init(_ workflow: WorkflowListEntry) {
        self.init(
            workflow.status.known ?? .inProgress, isPaused: workflow.isPaused, isHeld: workflow.isHeldAtGate,
            isWhole: workflow.failedTaskCount == 0
                && workflow.taskCount.map { $0 == workflow.completedTaskCount } ?? true)
    }

    private init(_ status: WorkflowStatus, isPaused: Bool, isHeld: Bool, isWhole: Bool) {
        switch status {
        case .completed: self = isWhole ? .succeeded : .failed
        case .failed: self = .failed
        case .cancelled: self = .cancelled
        case .pending, .inProgress, .blocked, .skipped: self = isHeld ? .held : isPaused ? .paused : .running
        }
    }

    package var hasEnded: Bool {
        switch self {
        case .succeeded, .failed, .cancelled: true
        case .running, .paused, .held: false
        }
    }

    package var tone: Style.Tone {
        switch self {
        case .succeeded: .good
        case .failed: .bad
        case .held, .paused, .cancelled: .doubtful
        case .running: .plain
        }
    }

    package func symbol(_ symbols: Symbols) -> String {
        switch self {
        case .running: symbols.running
        case .paused, .held: symbols.held
        case .succeeded: symbols.succeeded
        case .failed: symbols.failed
        case .cancelled: symbols.cancelled
        }
    }
}

extension TaskKey {
    /// With short ids.
    package var shortened: String {
        workflowID.map { "\($0.shortened)/\(taskID)" } ?? taskID.shortened
    }
}

extension Identifier {
    /// Short enough to be read: an id that a machine made (a UUID) by its first eight characters, which name it to all
    /// commands; one that a person chose, whole.
    package var shortened: String {
        let text = description
        let isUUID =
            text.utf8.count == 36
            && text.utf8.enumerated().allSatisfy { position, byte in
                [8, 13, 18, 23].contains(position)
                    ? byte == UInt8(ascii: "-") : Character(UnicodeScalar(byte)).isHexDigit
            }
        return isUUID ? String(text.prefix(8)) : text
    }
}
