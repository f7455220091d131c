import ConductorModel

extension EventRecord {
    /// Says alone what happened.
    func sentence(_ errorCode: String?) -> String {
        let code = errorCode.map { ": \($0)" } ?? ""
        switch kind {
        case .agentRegistered: return "\(agent()) registered."
        case .agentUnregistered: return "\(agent()) was unregistered."
        case .agentLost: return "\(agent()) was lost\(code)."
        case .agentReturned: return "\(agent()) reconnected."
        case .agentPaused: return "\(agent()) was paused."
        case .agentResumed: return "\(agent()) was resumed."
        case .taskQueued: return "\(task()) waits for an agent."
        case .taskStarted: return "\(task()) was given to \(agent(.within))\(attemptText)."
        case .taskRetrying: return "\(task()) failed\(attemptText)\(code) and will be retried."
        case .taskCompleted: return "\(task()) completed\(attemptText)."
        case .taskFailed: return "\(task()) failed\(attemptText)\(code)."
        case .taskRejected: return "\(task()) was rejected by \(agent(.within))\(code)."
        case .taskCancelled: return "\(task()) was cancelled."
        case .taskSkipped: return "\(task()) was skipped."
        case .taskAdopted: return "\(task()) resumed on \(agent(.within)), which reconnected."
        case .workflowStarted: return "\(workflow) started."
        case .workflowPaused: return "\(workflow) was paused."
        case .workflowResumed: return "\(workflow) was resumed."
        case .workflowCompleted: return "\(workflow) completed."
        case .workflowFailed: return "\(workflow) failed\(code)."
        case .workflowCancelled: return "\(workflow) was cancelled."
        case .phaseStarted: return "\(phaseText()) started."
        case .phaseCompleted: return "\(phaseText()) completed."
        case .phaseSkipped: return "\(phaseText()) was skipped: it has no tasks."
        case .gatePassed: return "The gate after \(phaseText(.within)) passed."
        case .gateBlocked: return "The gate after \(phaseText(.within)) is blocked."
        case .gateApproved: return "The gate after \(phaseText(.within)) was approved by an operator."
        case .gateDenied: return "The gate after \(phaseText(.within)) was denied by an operator."
        case .feedbackStarted: return "\(workflow) starts another round, with feedback."
        case .policyViolated: return "\(taskID == nil ? workflow : task()) was refused by a policy."
        case .breakerOpened: return "The breaker of \(agent(.within)) opened after repeated errors: no tasks for now."
        case .breakerHalfOpened: return "The breaker of \(agent(.within)) is half open: tasks on trial."
        case .breakerClosed: return "The breaker of \(agent(.within)) closed: tasks as usual."
        case .deadLetterAdded: return "\(task()) will not be retried\(code); it became a dead letter."
        case .deadLetterRedriven: return "\(task()) was requeued from the dead letters."
        case .deadLetterDiscarded: return "The dead letter of \(task(.within)) was discarded."
        }
    }

    private enum Place {
        case start, within
    }

    private func agent(_ place: Place = .start) -> String {
        switch place {
        case .start: agentID.map { "Agent \($0)" } ?? "An agent"
        case .within: agentID.map { "agent \($0)" } ?? "an agent"
        }
    }

    private func task(_ place: Place = .start) -> String {
        let task =
            switch place {
            case .start: taskID.map { "Task \($0)" } ?? "A task"
            case .within: taskID.map { "task \($0)" } ?? "a task"
            }
        guard taskID != nil, let workflowID else { return task }
        return "\(task) of workflow \(workflowID)"
    }

    private func phaseText(_ place: Place = .start) -> String {
        let phase =
            switch place {
            case .start: phase.map { "Phase \($0.rawValue)" } ?? "A phase"
            case .within: phase.map { "phase \($0.rawValue)" } ?? "a phase"
            }
        return workflowID.map { "\(phase) of workflow \($0)" } ?? phase
    }

    private var workflow: String { workflowID.map { "Workflow \($0)" } ?? "A workflow" }
    private var attemptText: String { attempt.map { " (attempt \($0))" } ?? "" }
}
