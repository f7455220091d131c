import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorPictures
import ConductorProtocol

extension ReportedRun {
    /// From what the daemon tells of a workflow.
    ///
    /// - Parameters:
    ///   - tasks: All of its tasks, for what has not ended and for results that were too many to be told.
    ///   - details: Of as many tasks as were asked for: every attempt, and what monitors found.
    ///   - logs: The ends of failed tasks' logs.
    ///   - runs: Others of the same name; those that began before are compared.
    package init(
        _ workflow: WorkflowDetails, tasks: [TaskListEntry], details: [TaskID: TaskDetails] = [:],
        logs: [TaskID: [String]] = [:], among runs: [WorkflowListEntry], at time: Timestamp
    ) {
        let state = workflow.state
        let definition = workflow.definition
        self.init(
            id: state.workflowID.description, name: state.name, state: RunState(state), started: state.startedAt,
            read: time)
        ended = state.completedAt
        rounds = 1 + (state.phaseHistory.map(\.iteration).max() ?? 0)
        phases = definition.phases.map(\.rawValue)
        requiredSuccessRate = definition.gate?.requiredSuccessRate
        feedbackLimit = definition.feedbackLimit
        feedbackTaken = state.feedbackCount
        phaseRuns = state.phaseHistory.map(ReportedPhaseRun.init)
        gates = state.gates(of: definition)
        findings = details.isEmpty ? state.reportedFindings : Self.findings(in: details, of: workflow)
        outputs = definition.outputs.compactMap { ReportedOutput($0.name, state.outputs) }
        errors = state.errorLog.map {
            ReportedError(
                round: $0.iteration + 1, task: $0.taskID?.description, code: $0.errorCode, message: $0.error)
        }
        earlier = runs.compactMap { EarlierRun($0, before: state) }
        self.tasks = Self.tasks(of: workflow, tasks)
        for index in self.tasks.indices {
            guard let id = definition.tasks[index].taskID else { continue }
            if let task = details[id] { self.tasks[index].add(task.attemptHistory) }
            self.tasks[index].logTail = logs[id] ?? []
        }
        noteWhatWasDue()
    }

    /// From when on each attempt waited: for its retry, or for an agent once its phase and what it needs let it.
    private mutating func noteWhatWasDue() {
        let ends = Dictionary(tasks.map { ($0.id, $0.attempts) }) { first, _ in first }
        for task in tasks.indices {
            for index in tasks[task].attempts.indices {
                let attempt = tasks[task].attempts[index]
                let former = index > 0 ? tasks[task].attempts[index - 1] : nil
                if let former, former.round == attempt.round {
                    tasks[task].attempts[index].due = former.ended
                    continue
                }
                let begun = phaseRuns.first { $0.phase == tasks[task].phase && $0.round == attempt.round }?.started
                let needed = tasks[task].dependsOn.compactMap { id in
                    ends[id]?.last { $0.round == attempt.round }?.ended
                }
                tasks[task].attempts[index].due = (needed + [begun].compactMap { $0 }).max()
            }
        }
    }

    /// Of every round, the oldest first.
    private static func findings(
        in details: [TaskID: TaskDetails], of workflow: WorkflowDetails
    ) -> [ReportedFinding] {
        let attempts = workflow.definition.tasks.compactMap(\.taskID).flatMap { details[$0]?.attemptHistory ?? [] }
        return attempts.sorted { $0.iteration < $1.iteration }.compactMap { attempt in
            attempt.ending?.feedback.map { feedback in
                ReportedFinding(
                    feedback, source: attempt.agentID.description, round: attempt.iteration + 1,
                    beganRound: workflow.state.began(roundAfter: attempt.iteration, feedback))
            }
        }
    }

    private static func tasks(of workflow: WorkflowDetails, _ entries: [TaskListEntry]) -> [ReportedTask] {
        let results = Dictionary(workflow.state.taskResults.map { ($0.taskID, $0) }) { first, _ in first }
        let entries = Dictionary(entries.map { ($0.key.taskID, $0) }) { newest, _ in newest }
        let definition = workflow.definition
        return zip(definition.tasks, definition.dependencies).map { task, dependencies in
            var reported = ReportedTask(
                id: task.taskID?.description ?? "", name: task.name, type: task.assignedTo?.rawValue ?? "",
                phase: task.assignedTo.flatMap { definition.phases.contains($0.phase) ? $0.phase.rawValue : nil })
            reported.dependsOn = dependencies
            guard let id = task.taskID else { return reported }
            if let entry = entries[id] { reported.add(entry) }
            if let result = results[id] { reported.add(result, outputKnown: !workflow.state.omitsOutputs) }
            return reported
        }
    }
}

extension WorkflowView {
    /// Whether what was found in an iteration sent the run back. A later round alone does not say so: people retry, too.
    func began(roundAfter iteration: Int, _ feedback: Feedback) -> Bool {
        feedback.severity.startsFeedbackLoop && iteration < feedbackCount
            && phaseHistory.contains { $0.iteration == iteration + 1 }
    }
}

extension RunState {
    fileprivate init(_ view: WorkflowView) { self.init(Verdict(view)) }

    private init(_ verdict: Verdict) {
        switch verdict {
        case .running: self = .running
        case .paused: self = .paused
        case .held: self = .held
        case .succeeded: self = .succeeded
        case .failed: self = .failed
        case .cancelled: self = .cancelled
        }
    }

    /// Nil for one that has not ended.
    fileprivate init?(_ entry: WorkflowListEntry) {
        let verdict = Verdict(entry)
        guard verdict.hasEnded else { return nil }
        self.init(verdict)
    }
}

extension EarlierRun {
    /// Nil where it is no earlier run of the same name that has ended.
    fileprivate init?(_ entry: WorkflowListEntry, before view: WorkflowView) {
        guard entry.name == view.name, entry.workflowID != view.workflowID, entry.startedAt <= view.startedAt,
            let duration = entry.duration, let state = RunState(entry)
        else { return nil }
        self.init(id: entry.workflowID.description, started: entry.startedAt, duration: duration, state: state)
    }
}

extension ReportedPhaseRun {
    fileprivate init(_ run: PhaseRun) {
        self.init(
            phase: run.phase.rawValue, round: run.iteration + 1, started: run.startedAt, ended: run.ending?.completedAt,
            state: TaskState(run))
    }
}

extension TaskState {
    /// A phase in which a task failed is not green either.
    fileprivate init(_ run: PhaseRun) {
        switch run.ending?.result {
        case .completed: self = run.failedCount == 0 ? .succeeded : .failed
        case .skipped: self = .skipped
        case .failed: self = .failed
        case .cancelled: self = .cancelled
        case nil: self = .running
        }
    }
}

extension WorkflowView {
    /// What gates said, as far as the history of phases tells: where the next phase began, the gate let it.
    fileprivate func gates(of definition: WorkflowDefinition) -> [ReportedGate] {
        guard definition.gate != nil else { return [] }
        let isBlocked = errorLog.last?.errorCode == Refusal.Code.phaseGateBlocked.rawValue
        return phaseHistory.enumerated().compactMap { position, run in
            guard run.ending != nil, run.taskCount > 0, run.phase != definition.phases.last else { return nil }
            let decision: ReportedGate.Decision
            if phaseHistory.dropFirst(position + 1).first?.iteration == run.iteration {
                decision = .passed
            } else if position == phaseHistory.count - 1, isHeldAtGate {
                decision = .held
            } else if position == phaseHistory.count - 1, isBlocked {
                decision = .blocked
            } else {
                return nil
            }
            return ReportedGate(
                phase: run.phase.rawValue, round: run.iteration + 1, decision: decision, succeeded: run.completedCount,
                failed: run.failedCount)
        }
    }

    /// What the last feedback loop began with, then what monitors found since.
    fileprivate var reportedFindings: [ReportedFinding] {
        let last = phaseHistory.map(\.iteration).max() ?? 0
        // Retries by hand are rounds too, and leave it open which one the feedback came from.
        let round = last == feedbackCount && feedbackCount > 0 ? feedbackCount : nil
        let begun = feedback.map { $0.feedback } ?? []
        return begun.map { ReportedFinding($0, source: "feedback", round: round, beganRound: true) }
            + taskResults.compactMap { result in
                result.feedback.map {
                    ReportedFinding(
                        $0, source: result.taskID.description, round: result.iteration + 1, beganRound: false)
                }
            }
    }
}

extension JSONText {
    /// One stands for itself, several as a list.
    fileprivate var feedback: [Feedback] {
        guard let value = try? parsed() else { return [] }
        return (value.kind == .array ? Array(value.elements) : [value]).compactMap { try? Feedback(json: $0) }
    }
}

extension ReportedFinding {
    fileprivate init(_ feedback: Feedback, source: String, round: Int?, beganRound: Bool) {
        self.init(
            round: round, severity: FindingSeverity(feedback.severity),
            source: feedback.sourceAgentID?.description ?? source, findings: RunReport.texts(feedback.findings))
        recommendations = RunReport.texts(feedback.recommendations)
        self.beganRound = beganRound
    }
}

extension ReportedOutput {
    /// Nil for one of a run that has not ended.
    fileprivate init?(_ name: String, _ outputs: WorkflowOutputs) {
        if let value = outputs.value(of: name) {
            self.init(name: name, content: .value(value))
        } else if let missing = outputs.missing.first(where: { $0.name == name }) {
            self.init(name: name, content: .missing(missing.reason))
        } else {
            return nil
        }
    }
}

extension WorkflowOutputs {
    /// For people: a string bare, the rest as JSON.
    fileprivate func value(of name: String) -> String? {
        (try? values.parsed())?[name].map { $0.string ?? $0.text.string }
    }
}

extension FindingSeverity {
    fileprivate init(_ severity: Severity) {
        switch severity {
        case .info: self = .info
        case .warning: self = .warning
        case .error: self = .error
        case .critical: self = .critical
        }
    }
}
