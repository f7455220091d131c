import ConductorEngine
import ConductorModel

/// Changes that are durable in the log and not in the tables yet, to be found by name.
struct UnappliedChanges: Sendable {
    private(set) var changes = CoalescedChanges()
    /// The last commit of these.
    private(set) var link: CommitLink
    /// What the rows of tasks and workflows take in the tables.
    private(set) var bytes = 0
    private var attempts: [AttemptToken: TaskKey] = [:]
    /// A workflow's tasks, in the order in which they were added or changed first.
    private var members: [WorkflowID: [TaskKey]] = [:]

    init(after link: CommitLink) {
        self.link = link
    }

    var rows: Int { changes.rows }

    mutating func add(_ commit: CoalescedChanges, _ link: CommitLink) {
        for row in commit.tasks.values {
            let key = row.record.key
            for attempt in row.record.attempts { attempts[attempt.token] = key }
            let earlier = changes.tasks[key]
            if let workflow = key.workflowID, earlier == nil { members[workflow, default: []].append(key) }
            bytes += row.bytes - (earlier?.bytes ?? 0)
        }
        for (id, row) in commit.workflows.entries { bytes += row.bytes - (changes.workflows[id]?.bytes ?? 0) }
        changes.add(commit)
        self.link = link
    }

    func has(_ key: TaskKey) -> Bool { changes.tasks.has(key) }

    func has(_ id: WorkflowID) -> Bool { changes.workflows.has(id) }

    func task(_ key: TaskKey) -> TaskRecord? { changes.tasks[key]?.record }

    func task(_ id: TaskID, attempt token: AttemptToken) -> TaskRecord? {
        guard let key = attempts[token], key.taskID == id else { return nil }
        return task(key)
    }

    func workflow(_ id: WorkflowID) -> WorkflowRecord? { changes.workflows[id]?.record }

    func tasks(of workflow: WorkflowID) -> [TaskRecord] { (members[workflow] ?? []).compactMap(task) }

    func deadLetter(_ id: DeadLetterID) -> DeadLetter? { changes.deadLetters[id]?.record }
}
