import ConductorModel

/// A run as it stands: what its events so far add up to.
package struct RunProgress: Sendable {
    package enum Stage: Hashable, Sendable {
        case submitted
        case running
        case paused
        /// Until someone approves or denies.
        case heldAtGate(Phase?, reason: String)
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
            case retrying(code: String, until: Timestamp)
            case ended(RunEvent.TaskEnding)
        }

        /// What the agent last said of its work.
        package struct Note: Hashable, Sendable {
            package var percent: Double?
            package var text = ""

            package init() {}
        }

        package let id: TaskID
        /// How often it was tried again in this round.
        package var retries = 0
        package var state: State
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
    private var positions: [TaskID: Int] = [:]

    package init() {}

    /// What runs now, longest first.
    package var running: [TaskRow] {
        tasks.filter {
            switch $0.state {
            case .running, .retrying: true
            case .queued, .ended: false
            }
        }
    }

    package func task(_ id: TaskID) -> TaskRow? { positions[id].map { tasks[$0] } }

    package var endedCount: Int {
        tasks.count {
            switch $0.state {
            case .ended: true
            case .queued, .running, .retrying: false
            }
        }
    }

    package mutating func fold(_ event: RunEvent, at time: Timestamp) {
        if startedAt == nil { startedAt = time }
        switch event {
        case .workflowStarted(let name, let taskCount, _):
            self.name = name
            self.taskCount = taskCount
            stage = .running
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
        case .gate(let phase, let gate): fold(gate, behind: phase)
        case .feedback(let count, _, _):
            feedbackLoops = count
            stage = .running
        case .policyViolated: break
        case .task(let id, let event): fold(event, of: id, at: time)
        }
    }

    private mutating func fold(_ gate: RunEvent.Gate, behind phase: Phase?) {
        switch gate {
        // What follows a gate that is not held is told by an event of its own.
        case .passed, .approved, .denied, .blocked: stage = .running
        case .held(_, let reason): stage = .heldAtGate(phase, reason: reason)
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
        case .retrying(let code, _, let retry, let delay):
            tasks[position].retries = retry
            tasks[position].state = .retrying(code: code, until: time + delay)
        case .ended(let ending):
            tasks[position].retries = 0
            tasks[position].state = .ended(ending)
        case .progress(let percent, let message):
            note(position) { note in
                note.percent = percent ?? note.percent
                note.text = message ?? note.text
            }
        case .log(let line): note(position) { $0.text = line }
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
