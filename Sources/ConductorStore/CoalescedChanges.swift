import ConductorEngine
import ConductorJSON
import ConductorModel

/// A commit's changes by what they are about, without those that a later one of the same commit overwrites.
///
/// A commit is atomic, so only the order among changes of one kind is left to keep.
package struct CoalescedChanges: Sendable {
    /// It is passed on often, and never changes: a class is counted where a structure would be copied.
    final class Row<Record: StoredRecord>: Sendable {
        let record: Record
        let isNew: Bool
        /// What changes of the record, as log and tables have it: made once for both.
        let text: JSONText
        /// The newest events when it was added and when it last changed; nil for those that were there before.
        let added: Int64?
        let changed: Int64?

        fileprivate init(_ latest: Latest<Record>) {
            record = latest.record
            isNew = latest.isNew
            text = record.storedText
            added = nil
            changed = nil
        }

        /// What it takes in the tables, where a row that changes is written whole.
        var bytes: Int { text.bytes.count + record.unchangingBytes }

        /// The same, changed with event `event` after it was as `earlier` says.
        fileprivate init(_ later: Row, at event: Int64?, after earlier: Row?) {
            record = later.record
            text = later.text
            isNew = earlier?.isNew ?? later.isNew
            added = earlier?.added ?? event
            changed = event
        }
    }

    enum Entry<Value: Sendable>: Sendable {
        case saved(Value)
        case removed
    }

    /// A record as the changes so far leave it: its text is made when no other change follows.
    fileprivate struct Latest<Record: StoredRecord>: Sendable {
        let record: Record
        let isNew: Bool
    }

    private(set) var tasks = LatestByKey<TaskKey, Row<TaskRecord>>()
    private(set) var workflows = LatestByKey<WorkflowID, Row<WorkflowRecord>>()
    /// With what is stored of each.
    private(set) var agents = LatestByKey<AgentID, Entry<JSONText>>()
    private(set) var policies = LatestByKey<Policy.Kind, Entry<Policy>>()
    private(set) var breakers = LatestByKey<AgentID, Breaker>()
    private(set) var deadLetters = LatestByKey<DeadLetterID, Row<DeadLetter>>()
    private(set) var events: [EventRecord] = []
    private(set) var counts: StatusCounts?

    /// Of no changes.
    init() {}

    package init(_ changes: [Change], within bounds: CommitBounds = .none) throws(StoreFault) {
        var tasks = LatestByKey<TaskKey, Latest<TaskRecord>>()
        var workflows = LatestByKey<WorkflowID, Latest<WorkflowRecord>>()
        var agents = LatestByKey<AgentID, Entry<AgentState>>()
        for change in changes {
            switch change {
            case .taskAdded(let record):
                guard !tasks.has(record.key) else { throw .exists("task \(record.key)") }
                tasks.put(Latest(record: record, isNew: true), for: record.key)
            case .taskUpdated(let record):
                tasks.put(Latest(record: record, isNew: tasks[record.key]?.isNew ?? false), for: record.key)
            case .workflowAdded(let record):
                let id = record.workflowID
                guard !workflows.has(id) else { throw .exists("workflow \(id)") }
                workflows.put(Latest(record: record, isNew: true), for: id)
            case .workflowUpdated(let record):
                let id = record.workflowID
                workflows.put(Latest(record: record, isNew: workflows[id]?.isNew ?? false), for: id)
            case .agentSaved(let state): agents.put(.saved(state), for: state.agentID)
            case .agentRemoved(let id): agents.put(.removed, for: id)
            case .policySaved(let policy): policies.put(.saved(policy), for: policy.kind)
            case .policyRemoved(let kind): policies.put(.removed, for: kind)
            case .breakerSaved(let breaker): breakers.put(breaker, for: breaker.agentID)
            case .deadLetterSaved(let letter):
                deadLetters.put(Row(Latest(record: letter, isNew: false)), for: letter.id)
            case .event(let event):
                if let last = events.last { try event.mustFollow(last.sequence) }
                events.append(event)
            case .counted(let counts): self.counts = counts
            }
        }
        self.tasks = tasks.mapValues(Row.init)
        self.workflows = workflows.mapValues(Row.init)
        self.agents = agents.mapValues { entry in
            switch entry {
            case .saved(let state): .saved(state.stored)
            case .removed: .removed
            }
        }
        try mustFit(bounds)
    }

    private func mustFit(_ bounds: CommitBounds) throws(StoreFault) {
        var bytes = 0
        for row in tasks.values { try bounds.add(row.bytes, to: &bytes, "task \(row.record.key)") }
        for row in workflows.values { try bounds.add(row.bytes, to: &bytes, "workflow \(row.record.workflowID)") }
        for (id, entry) in agents.entries {
            guard case .saved(let text) = entry else { continue }
            try bounds.add(text.bytes.count, to: &bytes, "agent \(id)")
        }
        for row in deadLetters.values { try bounds.add(row.bytes, to: &bytes, "dead letter \(row.record.id)") }
        for event in events { try bounds.add(event.data.bytes.count, to: &bytes, "event \(event.sequence)") }
    }
}

extension CoalescedChanges {
    /// Adds a later commit's changes, whose events follow.
    mutating func add(_ later: CoalescedChanges) {
        events += later.events
        let newest = events.last?.sequence
        tasks.put(rows: later.tasks, at: newest)
        workflows.put(rows: later.workflows, at: newest)
        deadLetters.put(rows: later.deadLetters, at: newest)
        agents.put(all: later.agents)
        policies.put(all: later.policies)
        breakers.put(all: later.breakers)
        counts = later.counts ?? counts
    }

    var isEmpty: Bool { rows == 0 }

    var rows: Int {
        tasks.count + workflows.count + agents.count + policies.count + breakers.count + deadLetters.count
            + events.count + (counts == nil ? 0 : 1)
    }
}

/// A record whose row has a text of what changes of it.
protocol StoredRecord: Sendable {
    var storedText: JSONText { get }
    /// What its row has beside: written with it, also where it has not changed. Bytes.
    var unchangingBytes: Int { get }
}

extension TaskRecord: StoredRecord {
    var storedText: JSONText { progress }
    var unchangingBytes: Int { definition.source.bytes.count }
}

extension WorkflowRecord: StoredRecord {
    var storedText: JSONText { progress }
    var unchangingBytes: Int { definition.source.bytes.count + inputs.bytes.count }
}

extension DeadLetter: StoredRecord {
    var storedText: JSONText { jsonText }
    var unchangingBytes: Int { 0 }
}

extension LatestByKey {
    /// Rows of a commit whose newest event is `event`.
    mutating func put<Record>(rows later: LatestByKey, at event: Int64?) where Value == CoalescedChanges.Row<Record> {
        for (key, row) in later.entries { put(for: key) { earlier in Value(row, at: event, after: earlier) } }
    }
}

extension EventRecord {
    /// Refuses a gap here, where it is made, rather than at the next load.
    func mustFollow(_ last: Int64) throws(StoreFault) {
        guard last < .max, sequence == last + 1 else {
            throw StoreFault(.conflict, at: "event \(sequence)", "does not follow event \(last)")
        }
    }
}

extension StoreFault {
    static func exists(_ place: String) -> StoreFault { StoreFault(.conflict, at: place, "was added before") }

    static func unknown(_ place: String) -> StoreFault { StoreFault(.conflict, at: place, "was never added") }
}
