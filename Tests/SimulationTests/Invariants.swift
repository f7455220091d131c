import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorSpecification

struct Violation: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What holds whatever happens.
struct Invariants {
    private var lastSequence: Int64 = 0
    private var problems: [String] = []
    /// All kinds of events that were told.
    private(set) var kinds: Set<EventKind> = []
    /// How each iteration of each task ended.
    private var endings: [TaskKey: [Int: EventKind]] = [:]

    /// Looks at what just came out.
    mutating func see(_ scene: Scene) {
        for event in scene.events {
            if event.sequence != lastSequence + 1 { problems.append("event \(event.sequence) behind \(lastSequence)") }
            lastSequence = event.sequence
            kinds.insert(event.kind)
            noteEnding(event)
        }
        for (_, order) in scene.orders { see(order, scene) }
    }

    private mutating func noteEnding(_ event: EventRecord) {
        switch event.kind {
        case .taskCompleted, .taskFailed, .taskRejected, .taskCancelled, .taskSkipped: break
        default: return
        }
        guard let task = event.taskID, let iteration = (try? event.data.parsed())?["iteration"]?.integer else { return }
        let key = TaskKey(workflowID: event.workflowID, taskID: task)
        if let earlier = endings[key, default: [:]].updateValue(event.kind, forKey: Int(iteration)) {
            problems.append("\(key) ended as \(event.kind) behind \(earlier)")
        }
    }

    /// An order goes out only when needs, phase and gate allow it.
    private mutating func see(_ order: TaskAssignment, _ scene: Scene) {
        seeCapacity(order, scene)
        guard let id = order.workflowID, let workflow = scene.stored.workflow(id), let task = order.task.taskID else {
            return
        }
        for need in order.task.needs {
            let status = scene.stored.task(TaskKey(workflowID: id, taskID: need))?.status
            if status != .completed {
                problems.append("\(id)/\(task) went out while \(need) was \(String(describing: status))")
            }
        }
        guard let phase = order.task.assignedTo?.phase else { return }
        if !workflow.phaseHistory.contains(where: { $0.phase == phase && $0.iteration == workflow.iteration }) {
            problems.append("\(id)/\(task) went out before its phase")
        }
    }

    private mutating func seeCapacity(_ order: TaskAssignment, _ scene: Scene) {
        guard
            let task = order.task.taskID.flatMap({
                scene.stored.task(TaskKey(workflowID: order.workflowID, taskID: $0))
            }),
            let attempt = task.attempts.last(where: { $0.token == order.token }),
            let agent = scene.stored.agents[attempt.agentID]
        else { return }
        if agent.running.count > agent.capacity { problems.append("\(agent.agentID) has more than its capacity") }
    }

    func check(_ scene: Scene, _ counts: StatusReport.Counts, _ agents: [AgentState]) throws {
        if let problem = problems.first { throw Violation(problem) }
        try checkCounts(scene, counts)
        for agent in agents { try check(agent, scene) }
        for task in scene.stored.tasks { try check(task) }
        let tasks = Dictionary(grouping: scene.stored.tasks, by: \.key.workflowID)
        for workflow in scene.stored.workflows { try check(workflow, tasks[workflow.workflowID] ?? []) }
    }

    /// What is shown of an agent is what is stored, and fits its tasks.
    private func check(_ agent: AgentState, _ scene: Scene) throws {
        let id = agent.agentID
        guard var stored = scene.stored.agents[id] else { throw Violation("\(id) is not stored") }
        // Every frame is a sign of life; they are not all worth a commit.
        stored.lastHeartbeat = agent.lastHeartbeat
        guard stored.jsonText == agent.jsonText || agent.status == .waiting else {
            throw Violation("\(agent.jsonText) is shown, and \(stored.jsonText) stored")
        }
        let running = scene.stored.tasks.filter { $0.isRunning && $0.attempts.last?.agentID == id }.map(\.key.taskID)
        guard running.sorted() == agent.running.sorted() else {
            throw Violation("\(id) shows \(agent.running), and runs \(running)")
        }
    }

    private func checkCounts(_ scene: Scene, _ counts: StatusReport.Counts) throws {
        let tasks = Dictionary(grouping: scene.stored.tasks, by: \.status).mapValues(\.count)
        let workflows = Dictionary(grouping: scene.stored.workflows, by: \.status).mapValues(\.count)
        for status in TaskStatus.allCases {
            guard counts.tasks[status] ?? 0 == tasks[status] ?? 0 else {
                throw Violation("\(counts.tasks[status] ?? 0) tasks \(status), and \(tasks[status] ?? 0) stored")
            }
            guard counts.workflows[status] ?? 0 == workflows[status] ?? 0 else {
                throw Violation("\(counts.workflows[status] ?? 0) workflows \(status)")
            }
        }
        let letters = scene.stored.deadLetters.count { $0.state == .kept }
        guard counts.deadLetters == letters else {
            throw Violation("\(counts.deadLetters) dead letters, and \(letters) kept")
        }
        let queued = scene.stored.tasks.count { if case .queued = $0.stage { true } else { false } }
        guard counts.queued == queued else { throw Violation("\(counts.queued) queued, and \(queued) stored") }
        let agents = counts.agents.values.reduce(0, +)
        guard agents == scene.stored.agents.count else { throw Violation("\(agents) agents") }
    }

    private func check(_ task: TaskRecord) throws {
        let retry = task.definition.retry ?? RetryPolicy()
        guard task.failedAttempts <= retry.maxRetries + 1 else {
            throw Violation("\(task.key) failed \(task.failedAttempts) times, and has \(retry.maxRetries) retries")
        }
        guard task.attempts.map(\.number) == Array(1...max(1, task.attempts.count)).suffix(task.attempts.count) else {
            throw Violation("the attempts of \(task.key) are not counted from 1")
        }
    }

    private func check(_ workflow: WorkflowRecord, _ tasks: [TaskRecord]) throws {
        let id = workflow.workflowID
        guard workflow.feedbackCount <= workflow.definition.maxFeedbackLoops else {
            throw Violation("\(id) has looped \(workflow.feedbackCount) times")
        }
        guard workflow.completedTaskCount == tasks.count(where: { $0.status == .completed }),
            workflow.failedTaskCount == tasks.count(where: { $0.status == .failed })
        else { throw Violation("\(id) has miscounted its tasks") }
        guard !workflow.status.isTerminal || tasks.allSatisfy({ $0.status.isTerminal }) else {
            throw Violation("a task has outlived \(id)")
        }
        let running = tasks.count { if case .running = $0.stage { true } else { false } }
        guard running <= workflow.definition.parallelism else { throw Violation("\(id) runs \(running) tasks at once") }
    }
}

/// What a restart must not change: what clients can read.
struct Durable {
    private let texts: [String]

    init(_ scene: Scene) {
        var scene = scene
        var texts: [String] = []
        for workflow in scene.stored.workflows {
            texts.append(Durable.text(scene.ask(.workflowGet(workflow.workflowID))))
        }
        for task in scene.stored.tasks { texts.append(Durable.text(scene.ask(.taskGet(task.key)))) }
        texts.append(Durable.text(scene.ask(.policyList)))
        texts.append(Durable.text(scene.ask(.deadLetterList(Page()))))
        self.texts = texts
    }

    private static func text(_ answer: Result<Reply, Refusal>?) -> String {
        switch answer {
        case .success(let reply): reply.jsonText.string
        case .failure(let refusal): "\(refusal)"
        case nil: "nothing"
        }
    }

    func mustEqual(_ other: Durable) throws {
        for (mine, others) in zip(texts, other.texts) where mine != others {
            throw Violation("a restart made of\n\(others)\nthis\n\(mine)")
        }
        guard texts.count == other.texts.count else { throw Violation("a restart lost something") }
    }
}

/// FNV-1a over everything that came out.
struct TraceHash: Equatable {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ scene: Scene) {
        for output in scene.outputs {
            switch output {
            case .reply(let caller, .success(let reply)): add("\(caller.connection)"); add(reply.jsonText.bytes)
            case .reply(let caller, .failure(let refusal)): add("\(caller.connection)"); add(refusal.jsonText.bytes)
            case .notify(let connection, let notification):
                add("\(connection)")
                add(notification.jsonText.bytes)
            case .event(let event): add(event.jsonText.bytes)
            case .live(let event): add(event.jsonText.bytes)
            case .subscribe(_, _, let sequence, let snapshot): add("\(sequence)"); add(snapshot.bytes)
            case .unsubscribe(_, let subscription): add(subscription)
            case .escalate(let escalation): add("\(escalation.key) \(escalation.errorCode)")
            }
        }
    }

    private mutating func add(_ text: String) { add(Array(text.utf8)) }

    private mutating func add(_ bytes: [UInt8]) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
}
