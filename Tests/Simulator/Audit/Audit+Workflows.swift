import ConductorEngine
import ConductorEngineSupport
import ConductorModel

/// Where a workflow is between its phases, as its events tell it.
struct WorkflowCourse {
    var phase: Phase?
    /// The decision at the gate after the last phase, made anew here.
    var isGateClosed = false
}

/// Nothing before its needs, before its phase, or past its gate.
extension Audit {
    func check(_ record: WorkflowRecord) throws {
        guard record.feedbackCount <= record.definition.maxFeedbackLoops else {
            throw Violation("workflow \(record.workflowID) has looped \(record.feedbackCount) times")
        }
    }

    func checkStart(_ record: TaskRecord, in id: WorkflowID) throws {
        guard let workflow = decided.workflow(id) else { throw Violation("there is no workflow of \(record.key)") }
        for need in record.definition.needs {
            let status = decided.task(TaskKey(workflowID: id, taskID: need))?.status
            guard status == .completed else {
                throw Violation("\(record.key) was given out while \(need) is \(status.map { "\($0)" } ?? "unknown")")
            }
        }
        guard let phase = record.definition.assignedTo?.phase, course.workflows[id]?.phase == phase else {
            throw Violation("\(record.key) was given out outside its phase")
        }
        let running = course.running.count { $0.workflowID == id }
        guard running <= workflow.definition.parallelism else {
            throw Violation("workflow \(id) runs \(running) tasks at once")
        }
    }

    mutating func follow(_ event: EventRecord) throws {
        switch event.kind {
        case .taskRetrying, .deadLetterAdded: followError(event)
        case .agentResumed, .agentUnregistered: event.agentID.map { _ = presence.draining.remove($0) }
        default: break
        }
        guard let id = event.workflowID else { return }
        switch event.kind {
        case .workflowStarted, .feedbackStarted: course.workflows[id] = WorkflowCourse()
        case .phaseStarted:
            guard course.workflows[id]?.isGateClosed != true else {
                throw Violation("workflow \(id) went past a gate that is closed")
            }
            course.workflows[id]?.phase = event.phase
        case .phaseCompleted:
            let isClosed = isGateClosed(id)
            course.workflows[id]?.isGateClosed = isClosed
        case .gateApproved: course.workflows[id]?.isGateClosed = false
        case .workflowCompleted, .workflowFailed, .workflowCancelled: course.workflows[id] = nil
        case .agentRegistered, .agentUnregistered, .agentLost, .agentReturned, .agentPaused, .agentResumed, .taskQueued,
            .taskStarted, .taskRetrying, .taskCompleted, .taskFailed, .taskRejected, .taskCancelled, .taskSkipped,
            .taskAdopted, .workflowPaused, .workflowResumed, .phaseSkipped, .gatePassed, .gateBlocked, .gateDenied,
            .policyViolated, .breakerOpened, .breakerHalfOpened, .breakerClosed, .deadLetterAdded, .deadLetterRedriven,
            .deadLetterDiscarded:
            break
        }
    }

    /// Whether too few tasks of the workflow have completed for its own gate or the policy's.
    private func isGateClosed(_ id: WorkflowID) -> Bool {
        guard let workflow = decided.workflow(id), let rate = gateRate(of: workflow.definition) else { return false }
        var completed = 0
        var failed = 0
        for task in workflow.definition.tasks {
            switch task.taskID.flatMap({ decided.task(TaskKey(workflowID: id, taskID: $0)) })?.status {
            case .completed: completed += 1
            case .failed: failed += 1
            case .pending, .inProgress, .blocked, .skipped, .cancelled, nil: break
            }
        }
        return completed == 0 || Double(completed) / Double(completed + failed) < rate
    }

    private func gateRate(of definition: WorkflowDefinition) -> Double? {
        if let gate = definition.gate { return gate.requiredSuccessRate }
        for policy in decided.policies {
            if case .phaseGate(let rate) = policy { return rate }
        }
        return nil
    }
}
