import ConductorEngine
import ConductorJSON
import ConductorModel

/// A commit's changes by what they are about, without those that a later one of the same commit overwrites.
///
/// A commit is atomic, so only the order among changes of one kind is left to keep.
struct CoalescedChanges {
    struct Row<Record> {
        var record: Record
        let isNew: Bool
    }

    enum Entry<Key, Value> {
        case saved(Value)
        case removed(Key)
    }

    private(set) var tasks = LatestByKey<TaskKey, Row<TaskRecord>>()
    private(set) var workflows = LatestByKey<WorkflowID, Row<WorkflowRecord>>()
    private(set) var agents = LatestByKey<AgentID, Entry<AgentID, AgentState>>()
    private(set) var policies = LatestByKey<Policy.Kind, Entry<Policy.Kind, Policy>>()
    private(set) var breakers = LatestByKey<AgentID, Breaker>()
    private(set) var deadLetters = LatestByKey<DeadLetterID, DeadLetter>()
    private(set) var events: [EventRecord] = []
    private(set) var counts: StatusCounts?

    init(_ changes: [Change]) throws(StoreFault) {
        for change in changes {
            switch change {
            case .taskAdded(let record):
                guard tasks[record.key] == nil else { throw .exists("task \(record.key)") }
                tasks.put(Row(record: record, isNew: true), for: record.key)
            case .taskUpdated(let record):
                tasks.put(Row(record: record, isNew: tasks[record.key]?.isNew ?? false), for: record.key)
            case .workflowAdded(let record):
                let id = record.workflowID
                guard workflows[id] == nil else { throw .exists("workflow \(id)") }
                workflows.put(Row(record: record, isNew: true), for: id)
            case .workflowUpdated(let record):
                let id = record.workflowID
                workflows.put(Row(record: record, isNew: workflows[id]?.isNew ?? false), for: id)
            case .agentSaved(let state): agents.put(.saved(state), for: state.agentID)
            case .agentRemoved(let id): agents.put(.removed(id), for: id)
            case .policySaved(let policy): policies.put(.saved(policy), for: policy.kind)
            case .policyRemoved(let kind): policies.put(.removed(kind), for: kind)
            case .breakerSaved(let breaker): breakers.put(breaker, for: breaker.agentID)
            case .deadLetterSaved(let letter): deadLetters.put(letter, for: letter.id)
            case .event(let event):
                if let last = events.last { try event.mustFollow(last.sequence) }
                events.append(event)
            case .counted(let counts): self.counts = counts
            }
        }
    }
}

extension CoalescedChanges {
    /// Pages of 4 KiB that inputs and outputs take in the log, beyond those that every row takes. A row that changes is
    /// written whole.
    var largePages: Int {
        let tasks = tasks.values.reduce(0) { sum, row in
            sum + row.record.definition.source.bytes.count + (row.record.resolvedInput?.bytes.count ?? 0)
                + (row.record.outcome?.result.outputData.bytes.count ?? 0)
        }
        let workflows = workflows.values.reduce(0) { sum, row in
            sum + row.record.definition.source.bytes.count + row.record.inputs.bytes.count
        }
        return (tasks + workflows) / 4096
    }
}

/// The last value of each key, in the order in which the keys first came.
struct LatestByKey<Key: Hashable, Value> {
    private(set) var values: [Value] = []
    private var positions: [Key: Int] = [:]

    subscript(key: Key) -> Value? { positions[key].map { values[$0] } }

    mutating func put(_ value: Value, for key: Key) {
        if let position = positions[key] {
            values[position] = value
        } else {
            positions[key] = values.count
            values.append(value)
        }
    }
}

extension EventRecord {
    /// Refuses a gap here, where it is made, rather than at the next load.
    func mustFollow(_ last: Int64) throws(StoreFault) {
        guard sequence == last + 1 else {
            throw StoreFault(.conflict, at: "event \(sequence)", "does not follow event \(last)")
        }
    }
}

extension StoreFault {
    static func exists(_ place: String) -> StoreFault { StoreFault(.conflict, at: place, "was added before") }

    static func unknown(_ place: String) -> StoreFault { StoreFault(.conflict, at: place, "was never added") }
}
