import ConductorModel

/// A run as it stands: what its events so far add up to.
package struct RunProgress: Sendable {
    package enum Stage: Hashable, Sendable {
        case submitted
        case running
        case paused
        /// Until someone approves or denies.
        case heldAtGate(Phase?, reason: String, WorkflowID)
        case ended(RunEvent.Ending)
    }

    package struct PhaseRow: Hashable, Sendable {
        package enum State: Hashable, Sendable {
            case running
            case ended(PhaseRun.Result)
        }

        package let phase: Phase
        package let iteration: Int
        package let taskCount: Int
        package var state: State
    }

    package struct TaskRow: Hashable, Sendable {
        package enum State: Hashable, Sendable {
            case queued
            case running(agent: AgentID?, since: Timestamp, note: Note)
            /// - Parameter reason: The error of the last attempt, with its code.
            case retrying(reason: String, until: Timestamp)
            case ended(RunEvent.TaskEnding)
        }

        /// What the agent last said of its work.
        package struct Note: Hashable, Sendable {
            package var percent: Double?
            package var text = ""
            /// The last line that it logged.
            package var logged = ""

            package init() {}
        }

        package let id: TaskID
        /// How often it was tried again in this round.
        package var retries = 0
        /// Errors of the attempts that were tried again in this round.
        package var errors: [String] = []
        package var state: State

        package init(id: TaskID, state: State) {
            self.id = id
            self.state = state
        }
    }

    package private(set) var name = ""
    package private(set) var taskCount = 0
    package private(set) var startedAt: Timestamp?
    package private(set) var stage: Stage = .submitted
    /// In the order they were entered; a feedback loop enters them anew.
    package private(set) var phases: [PhaseRow] = []
    package private(set) var feedbackLoops = 0
    /// In the order they were first heard of.
    package private(set) var tasks: [TaskRow] = []
    /// What is known of it beside its events.
    package private(set) var plan = RunPlan()
    /// Why tasks wait, as the daemon told it last.
    package private(set) var waits: [RunWait] = []
    private var positions: [TaskID: Int] = [:]

    package init() {}

    package mutating func learn(_ plan: RunPlan, name: String? = nil) {
        self.plan = plan
        if let name { self.name = name }
    }

    package mutating func learn(_ waits: [RunWait]) { self.waits = waits }

    package func task(_ id: TaskID) -> TaskRow? { positions[id].map { tasks[$0] } }

    package var endedCount: Int { tasks.count { $0.ending != nil } }

    /// Counts from 1.
    package var round: Int { max(phases.last?.iteration ?? 0, feedbackLoops) + 1 }

    package mutating func fold(_ event: RunEvent, at time: Timestamp) {
        if startedAt == nil { startedAt = time }
        switch event {
        case .workflowStarted(let name, let taskCount, let iteration):
            self.name = name
            self.taskCount = taskCount
            stage = .running
            if iteration > 0 { planAnew { $0.status != .completed } }
        case .paused: stage = .paused
        case .resumed: stage = .running
        case .ended(let ending): stage = .ended(ending)
        case .phaseStarted(let phase, let iteration, let taskCount):
            stage = .running
            phases.append(PhaseRow(phase: phase, iteration: iteration, taskCount: taskCount, state: .running))
            // Feedback by hand begins without an event that counts the tasks.
            let round = phases.filter { $0.iteration == iteration }.map(\.taskCount).reduce(0, +)
            self.taskCount = max(self.taskCount, round)
        case .phaseEnded(let phase, let result, _, _):
            guard let last = phases.lastIndex(where: { $0.phase == phase }) else { return }
            phases[last].state = .ended(result)
        case .phaseSkipped(let phase):
            phases.append(PhaseRow(phase: phase, iteration: feedbackLoops, taskCount: 0, state: .ended(.skipped)))
        case .gate(let phase, let gate): fold(gate, after: phase)
        case .feedback(let count, _, _):
            feedbackLoops = count
            stage = .running
            planAnew { _ in true }
        case .policyViolated: break
        case .task(let id, let event): fold(event, of: id, at: time)
        }
    }

    private mutating func fold(_ gate: RunEvent.Gate, after phase: Phase?) {
        switch gate {
        // What follows a gate that is not held is told by an event of its own.
        case .passed, .approved, .denied, .blocked: stage = .running
        case .held(let id, let reason): stage = .heldAtGate(phase, reason: reason, id)
        }
    }

    private mutating func fold(_ event: RunEvent.TaskEvent, of id: TaskID, at time: Timestamp) {
        let position = position(of: id)
        switch event {
        case .queued: tasks[position].state = .queued
        case .started(let agent):
            tasks[position].state = .running(agent: agent, since: time, note: TaskRow.Note())
        case .adopted(let agent):
            tasks[position].state = .running(agent: agent, since: time, note: TaskRow.Note())
        case .retrying(let code, let message, let retry, let delay):
            let reason = [code, message].compactMap { $0 }.joined(separator: " ")
            tasks[position].retries = retry
            tasks[position].errors.append(reason)
            tasks[position].state = .retrying(reason: reason, until: time + delay)
        case .ended(let ending):
            tasks[position].retries = 0
            tasks[position].state = .ended(ending)
        case .progress(let percent, let message):
            note(position) { note in
                note.percent = percent ?? note.percent
                note.text = message ?? note.text
            }
        case .log(let line):
            note(position) { note in
                note.text = line
                note.logged = line
            }
        }
    }

    /// A new round begins for tasks that ended so.
    private mutating func planAnew(where begins: (RunEvent.TaskEnding) -> Bool) {
        for position in tasks.indices {
            guard let ending = tasks[position].ending, begins(ending) else { continue }
            tasks[position].state = .queued
            tasks[position].errors = []
        }
    }

    /// A late remark on work that has ended is not worth anything.
    private mutating func note(_ position: Int, _ change: (inout TaskRow.Note) -> Void) {
        guard case .running(let agent, let since, var note) = tasks[position].state else { return }
        change(&note)
        tasks[position].state = .running(agent: agent, since: since, note: note)
    }

    private mutating func position(of id: TaskID) -> Int {
        if let known = positions[id] { return known }
        tasks.append(TaskRow(id: id, state: .queued))
        positions[id] = tasks.count - 1
        return tasks.count - 1
    }
}

extension RunProgress.TaskRow {
    /// Nil until it has ended.
    package var ending: RunEvent.TaskEnding? {
        switch state {
        case .ended(let ending): ending
        case .queued, .running, .retrying: nil
        }
    }
}
