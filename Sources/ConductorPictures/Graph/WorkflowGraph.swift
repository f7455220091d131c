import ConductorModel

/// The tasks of a workflow and what leads from one to the next; of a run, with the state of each.
public struct WorkflowGraph: Sendable {
    public struct Task: Sendable {
        public var id: String
        public var name: String
        public var type: String
        /// What else stands below the name: how long it took.
        public var note: String?
        /// The position of its phase; nil where no phase takes it.
        public var phase: Int?
        /// The positions of tasks that have to succeed before it.
        public internal(set) var needs: [Int] = []
        public var state: TaskState?
        /// Where a page tells more of it.
        var link: String?

        public init(id: String, name: String, type: String, phase: Int?) {
            self.id = id
            self.name = name
            self.type = type
            self.phase = phase
        }

        /// What stands below the name.
        var detail: String { [type, note].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ") }
    }

    public struct Phase: Sendable {
        public var name: String
        /// The gate after it; nil where there is none.
        public var gate: Gate?

        public init(name: String, gate: Gate? = nil) {
            self.name = name
            self.gate = gate
        }
    }

    public struct Gate: Sendable {
        /// What it asks for, from 0 to 1.
        public var requiredSuccessRate: Double
        /// Its last decision.
        public var decision: ReportedGate.Decision?

        public init(requiredSuccessRate: Double, decision: ReportedGate.Decision? = nil) {
            self.requiredSuccessRate = requiredSuccessRate
            self.decision = decision
        }

        var label: String {
            let asked = "gate: at least \(Wording.share(requiredSuccessRate)) succeeded"
            return decision.map { "\($0.mark.symbol) \(asked) · \($0.mark.word)" } ?? asked
        }
    }

    public var name: String
    /// In their order.
    public var phases: [Phase]
    /// In the order of the workflow file.
    public private(set) var tasks: [Task]
    /// How often monitoring may send the run back to its first phase.
    public var feedbackLimit: Int
    /// How often it did.
    public var feedbackTaken: Int?

    /// - Parameter needs: The ids that each task depends on, by its position; those that name no other task are ignored.
    public init(name: String, phases: [Phase], tasks: [Task], needs: [[String]], feedbackLimit: Int = 0) {
        self.name = name
        self.phases = phases
        self.feedbackLimit = feedbackLimit
        let positions = Dictionary(tasks.indices.map { (tasks[$0].id, $0) }) { first, _ in first }
        self.tasks = tasks
        for (index, ids) in zip(tasks.indices, needs) {
            var known = Set<Int>()
            self.tasks[index].needs = ids.compactMap { positions[$0] }.filter {
                $0 != index && known.insert($0).inserted
            }
        }
    }

    /// The same workflow with other tasks, whose needs are among themselves.
    func with(tasks: [Task]) -> WorkflowGraph {
        var graph = self
        graph.tasks = tasks
        return graph
    }

    /// With links to where a page tells more of each task.
    func linked(_ link: (Int) -> String?) -> WorkflowGraph {
        var graph = self
        for index in tasks.indices { graph.tasks[index].link = link(index) }
        return graph
    }

    /// Phases that have tasks, by their positions: the others are skipped by a run too.
    var busyPhases: [Int] {
        let used = Set(tasks.compactMap(\.phase))
        return phases.indices.filter(used.contains)
    }

    /// Tasks that no phase takes.
    var unscheduled: [Int] {
        tasks.indices.filter { index in tasks[index].phase.map { !phases.indices.contains($0) } ?? true }
    }

    /// Where the loop back goes, and from where; nil where nothing can send the run back.
    var loop: (from: Int, to: Int, label: String)? {
        let busy = busyPhases
        guard feedbackLimit > 0, let first = busy.first, let last = busy.last, first != last else { return nil }
        let taken = feedbackTaken.map { "\($0) of " } ?? ""
        return (last, first, "↻ feedback, \(taken)at most \(Wording.count(feedbackLimit, "time"))")
    }
}

extension WorkflowGraph {
    /// The graph of a run.
    public init(_ run: ReportedRun) {
        let lastDecisions = Dictionary(run.gates.map { ($0.phase, $0.decision) }) { _, newest in newest }
        let phases = run.phases.map { phase in
            Phase(
                name: phase,
                gate: run.requiredSuccessRate.map {
                    Gate(requiredSuccessRate: $0, decision: lastDecisions[phase])
                })
        }
        let tasks = run.tasks.map { task in
            var drawn = Task(
                id: task.id, name: task.name, type: task.type,
                phase: task.phase.flatMap { run.phases.firstIndex(of: $0) })
            drawn.state = task.state
            drawn.note = task.lastDuration.map(Wording.duration)
            return drawn
        }
        self.init(
            name: run.name, phases: phases, tasks: tasks, needs: run.tasks.map(\.dependsOn),
            feedbackLimit: run.feedbackLimit)
        feedbackTaken = run.feedbackTaken
    }
}

extension ReportedTask {
    /// Of the last attempt.
    var lastDuration: Duration? {
        if let last = attempts.last, let begun = last.begun, let ended = last.ended { return max(.zero, ended - begun) }
        return duration
    }
}
