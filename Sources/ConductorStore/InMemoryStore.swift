import ConductorEngine
import ConductorModel
import Synchronization

/// A store that forgets everything when it is gone, for `--ephemeral` daemons and for tests.
public final class InMemoryStore: Store {
    private let contents = Mutex(Contents())

    public init() {}

    public var path: String { ":memory:" }

    public func mustBeInPlace() {}

    public func size() -> Int64 { 0 }

    public func mark(_ time: Timestamp) {}

    public func outlivedDeadLetters(_ retention: Retention, at time: Timestamp) -> [DeadLetter] {
        contents.withLock { $0.surplusLetters(retention) }
    }

    public func storedBytes() -> [UInt32: Int] { [:] }

    /// Keeps all else, for as long as it lives.
    public func retentionPass(_ retention: Retention, at time: Timestamp) -> RetentionPass? { nil }

    public func expired(_ pass: RetentionPass) -> (Expired, next: RetentionPass?) { (Expired(), nil) }

    public func remove(_ expired: Expired) {}

    public func backup(named name: String) throws(StoreFault) -> StoreBackup {
        throw StoreFault(.conflict, at: path, "what is kept in memory only cannot be copied")
    }

    public func close() {}

    public func commit(_ changes: [Change]) throws(StoreFault) {
        try contents.withLockThrowing { (contents) throws(StoreFault) in
            try contents.check(changes)
            for change in changes { contents.apply(change) }
        }
    }

    public func load() -> DurableState {
        contents.withLock { $0.durableState() }
    }

    public func task(_ key: TaskKey) -> TaskRecord? {
        contents.withLock { contents in contents.taskPositions[key].map { contents.tasks[$0] } }
    }

    public func task(_ id: TaskID, attempt token: AttemptToken) -> TaskRecord? {
        contents.withLock { contents in
            let namesakes = (contents.namesakes[id] ?? []).suffix(StoreLimits.namesakes).reversed()
            let alone = contents.taskPositions[TaskKey(taskID: id)].map { [$0] } ?? []
            let found = (alone + namesakes).first { position in
                contents.tasks[position].attempts.contains { $0.token == token }
            }
            return found.map { contents.tasks[$0] }
        }
    }

    public func wholeWorkflow(_ id: WorkflowID) -> (WorkflowRecord, [TaskRecord])? { workflow(id) }

    public func workflow(_ id: WorkflowID) -> (WorkflowRecord, [TaskRecord])? {
        contents.withLock { contents in
            guard let position = contents.workflowPositions[id] else { return nil }
            return (contents.workflows[position], (contents.members[id] ?? []).map { contents.tasks[$0] })
        }
    }

    public func tasks(_ query: TaskQuery) -> StorePage<TaskRecord> {
        contents.withLock { contents in
            page(of: contents.tasks, query.page) { task in
                (query.status == nil || query.status == task.status)
                    && (query.agentType == nil || query.agentType == task.definition.assignedTo)
                    && (query.workflowID == nil || query.workflowID == task.key.workflowID)
            }
        }
    }

    public func workflows(_ query: WorkflowQuery) -> StorePage<WorkflowRecord> {
        contents.withLock { contents in
            page(of: contents.workflows, query.page) { query.status == nil || query.status == $0.status }
        }
    }

    public func matches(_ reference: WorkReference, of uid: UInt32) -> WorkMatches {
        contents.withLock { $0.matches(reference, of: uid) }
    }

    public func deadLetter(_ id: DeadLetterID) -> DeadLetter? {
        contents.withLock { contents in contents.letterPositions[id].map { contents.letters[$0] } }
    }

    public func deadLetters(_ page: Page) -> StorePage<DeadLetter> {
        contents.withLock { contents in
            ConductorStore.page(of: contents.letters, page) { $0.state == .kept }
        }
    }

    public func events(after sequence: Int64, matching filter: EventFilter, limit: Int) -> EventPage {
        contents.withLock { contents in
            let following = contents.events.dropFirst(Int(clamping: max(0, sequence)))
            let events = Array(following.lazy.filter(filter.matches).prefix(max(0, limit)))
            let end = events.count < limit ? following.last?.sequence : events.last?.sequence
            return EventPage(events: events, through: end ?? sequence)
        }
    }

}

/// A record's place in a list is its index + 1, as a row's is in a table.
private func page<Record>(
    of records: [Record], _ page: Page, where isShown: (Record) -> Bool
) -> StorePage<Record> {
    let end = min(records.count, Int(clamping: max(1, page.before ?? .max)) - 1)
    var shown: [Record] = []
    var last: Int64?
    for index in (0..<end).reversed() where isShown(records[index]) {
        guard shown.count < page.limit else { return StorePage(records: shown, nextCursor: last) }
        shown.append(records[index])
        last = Int64(index) + 1
    }
    return StorePage(records: shown, nextCursor: nil)
}

private struct Contents {
    var tasks: [TaskRecord] = []
    var taskPositions: [TaskKey: Int] = [:]
    /// Positions of a workflow's tasks.
    var members: [WorkflowID: [Int]] = [:]
    /// Positions of the tasks of one id in whatever workflow.
    var namesakes: [TaskID: [Int]] = [:]
    var workflows: [WorkflowRecord] = []
    var workflowPositions: [WorkflowID: Int] = [:]
    var agents: [AgentID: AgentState] = [:]
    var policies: [Policy.Kind: Policy] = [:]
    /// Those that are not pristine.
    var breakers: [AgentID: Breaker] = [:]
    var letters: [DeadLetter] = []
    var letterPositions: [DeadLetterID: Int] = [:]
    var events: [EventRecord] = []
    var counts = StatusCounts()

    /// Refuses a batch that does not fit, before anything of it is applied.
    func check(_ changes: [Change]) throws(StoreFault) {
        var newTasks: Set<TaskKey> = [], newWorkflows: Set<WorkflowID> = []
        var lastSequence = events.last?.sequence ?? 0
        for change in changes {
            switch change {
            case .taskAdded(let record):
                guard taskPositions[record.key] == nil, newTasks.insert(record.key).inserted else {
                    throw .exists("task \(record.key)")
                }
            case .taskUpdated(let record):
                guard newTasks.contains(record.key) || taskPositions[record.key] != nil else {
                    throw .unknown("task \(record.key)")
                }
            case .workflowAdded(let record):
                let id = record.workflowID
                guard workflowPositions[id] == nil, newWorkflows.insert(id).inserted else {
                    throw .exists("workflow \(id)")
                }
            case .workflowUpdated(let record):
                let id = record.workflowID
                guard newWorkflows.contains(id) || workflowPositions[id] != nil else {
                    throw .unknown("workflow \(id)")
                }
            case .event(let event):
                try event.mustFollow(lastSequence)
                lastSequence = event.sequence
            case .agentSaved, .agentRemoved, .policySaved, .policyRemoved, .breakerSaved, .deadLetterSaved, .counted:
                break
            }
        }
    }

    func matches(_ reference: WorkReference, of uid: UInt32) -> WorkMatches {
        func found(_ kind: WorkMatches.Kind, _ isMeant: (WorkflowRecord) -> Bool) -> WorkMatches {
            let all = workflows.reversed().filter(isMeant)
            var matches = WorkMatches(kind, workflows: Array(all.prefix(WorkMatches.most)))
            matches.isCut = all.count > WorkMatches.most
            return matches
        }
        switch reference {
        case .last: return WorkMatches(.last, workflows: workflows.last { $0.ownerUID == uid }.map { [$0] } ?? [])
        case .number(let number, let name):
            return found(.number) { $0.number == number && (name == nil || name == $0.definition.name) }
        case .text(let text):
            let alone = TaskID(text).flatMap { taskPositions[TaskKey(taskID: $0)] }
            let exact = WorkMatches(
                .id, workflows: WorkflowID(text).flatMap { workflowPositions[$0] }.map { [workflows[$0]] } ?? [],
                tasks: alone.map { [tasks[$0]] } ?? [])
            guard exact.isEmpty else { return exact }
            let named = found(.name) { $0.definition.name == text }
            guard named.isEmpty, text.utf8.count >= WorkReference.shortestPrefix else { return named }
            var begun = found(.prefix) { $0.workflowID.description.hasPrefix(text) }
            let begunAlone = tasks.reversed().lazy.filter {
                $0.key.workflowID == nil && $0.key.taskID.description.hasPrefix(text)
            }
            begun.tasks = Array(begunAlone.prefix(WorkMatches.most))
            return begun
        }
    }

    func surplusLetters(_ retention: Retention) -> [DeadLetter] {
        let kept = letters.filter { $0.state == .kept }
        var surplus = retention.surplus(of: Dictionary(grouping: kept, by: owner).mapValues(\.count))
        return kept.filter { letter in
            guard let left = surplus[owner(letter)], left > 0 else { return false }
            surplus[owner(letter)] = left - 1
            return true
        }
    }

    private func owner(_ letter: DeadLetter) -> UInt32 {
        taskPositions[letter.key].map { tasks[$0].ownerUID } ?? 0
    }

    mutating func apply(_ change: Change) {
        switch change {
        case .taskAdded(let record), .taskUpdated(let record): put(record)
        case .workflowAdded(let record), .workflowUpdated(let record): put(record)
        case .agentSaved(let state): agents[state.agentID] = state
        case .agentRemoved(let id): agents[id] = nil
        case .policySaved(let policy): policies[policy.kind] = policy
        case .policyRemoved(let kind): policies[kind] = nil
        case .breakerSaved(let breaker): breakers[breaker.agentID] = breaker.isPristine ? nil : breaker
        case .deadLetterSaved(let letter): put(letter)
        case .event(let event): events.append(event)
        case .counted(let counts): self.counts = counts
        }
    }

    func durableState() -> DurableState {
        var state = DurableState()
        var finished = FinishedTasks()
        for task in tasks.suffix(StoreLimits.scannedForAgents).reversed() {
            if let agent = task.agentID { finished.add(task.key.taskID, task.status, by: agent) }
        }
        state.agents = agents.values.sorted { $0.agentID < $1.agentID }.map { agent in
            // What runs is told by the tasks.
            var agent = agent
            agent.running = []
            return finished.filled(agent)
        }
        state.policies = policies.values.sorted { $0.kind.rawValue < $1.kind.rawValue }
        state.breakers = breakers.values.sorted { $0.agentID < $1.agentID }
        state.workflows = workflows.filter { !$0.status.isTerminal }
        let live = Set(state.workflows.map(\.workflowID))
        state.tasks = tasks.filter { task in
            !task.status.isTerminal || task.key.workflowID.map(live.contains) ?? false
        }
        state.counts = counts
        state.lastSequence = events.last?.sequence ?? 0
        return state
    }

    private mutating func put(_ task: TaskRecord) {
        if let position = taskPositions[task.key] {
            tasks[position] = task
            return
        }
        let position = tasks.count
        taskPositions[task.key] = position
        if let workflow = task.key.workflowID {
            members[workflow, default: []].append(position)
            namesakes[task.key.taskID, default: []].append(position)
        }
        tasks.append(task)
    }

    private mutating func put(_ letter: DeadLetter) {
        if let position = letterPositions[letter.id] {
            letters[position].state = letter.state
            return
        }
        letterPositions[letter.id] = letters.count
        letters.append(letter)
    }

    private mutating func put(_ workflow: WorkflowRecord) {
        if let position = workflowPositions[workflow.workflowID] {
            workflows[position] = workflow
            return
        }
        workflowPositions[workflow.workflowID] = workflows.count
        workflows.append(workflow)
    }
}
