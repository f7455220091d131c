import ConductorEngine
import ConductorJSON
import ConductorModel

/// What a commit's changes are in the log: for each its kind, and its fields, each with its length.
///
/// A record's fields are what its row in the tables is made of, so that both say the same in the same words.
enum ChangeKind: UInt8 {
    case taskAdded = 1
    case taskUpdated, workflowAdded, workflowUpdated, agentSaved, agentRemoved, policySaved, policyRemoved
    case breakerSaved, deadLetterSaved, event, counted
}

/// Writes changes after room for a record's header.
struct ChangeWriter {
    /// The record; its header is to be filled in.
    private(set) var record = [UInt8](repeating: 0, count: LogRecordHeader.length)

    init(_ changes: CoalescedChanges) {
        record.reserveCapacity(2048)
        for row in changes.tasks.values { write(row.record, isNew: row.isNew) }
        for row in changes.workflows.values { write(row.record, isNew: row.isNew) }
        for entry in changes.agents.values {
            switch entry {
            case .saved(let state):
                begin(.agentSaved)
                write(state.stored)
            case .removed(let id):
                begin(.agentRemoved)
                write(id.description)
            }
        }
        for entry in changes.policies.values {
            switch entry {
            case .saved(let policy):
                begin(.policySaved)
                write(policy.jsonText)
            case .removed(let kind):
                begin(.policyRemoved)
                write(kind.rawValue)
            }
        }
        for breaker in changes.breakers.values {
            begin(.breakerSaved)
            write(breaker.jsonText)
        }
        for row in changes.deadLetters.values { write(row.record) }
        for event in changes.events { write(event) }
        if let counts = changes.counts {
            begin(.counted)
            write(counts.jsonText)
        }
    }

    private mutating func write(_ task: TaskRecord, isNew: Bool) {
        begin(isNew ? .taskAdded : .taskUpdated)
        write(task.key.workflowID?.description)
        write(task.key.taskID.description)
        if isNew { write(task.definition.source) }
        write(task.progress)
    }

    private mutating func write(_ workflow: WorkflowRecord, isNew: Bool) {
        begin(isNew ? .workflowAdded : .workflowUpdated)
        write(workflow.workflowID.description)
        if isNew {
            write(workflow.definition.source)
            write(workflow.inputs)
        }
        write(workflow.progress)
    }

    private mutating func write(_ letter: DeadLetter) {
        let (state, key) = letter.state.columns
        begin(.deadLetterSaved)
        write(state.rawValue)
        write(key)
        write(letter.jsonText)
    }

    private mutating func write(_ event: EventRecord) {
        begin(.event)
        write(event.sequence)
        write(event.timestamp.microseconds)
        write(event.kind.rawValue)
        write(event.workflowID?.description)
        write(event.taskID?.description)
        write(event.agentID?.description)
        write(event.attempt.map(Int64.init))
        write(event.phase?.rawValue)
        write(event.data)
    }

    // MARK: Fields

    private mutating func begin(_ kind: ChangeKind) {
        record.append(kind.rawValue)
    }

    private mutating func write(_ text: String?) {
        guard let text else { return length(.max) }
        length(UInt32(truncatingIfNeeded: text.utf8.count))
        record.append(contentsOf: text.utf8)
    }

    private mutating func write(_ json: JSONText) {
        length(UInt32(truncatingIfNeeded: json.bytes.count))
        record.append(contentsOf: json.bytes)
    }

    private mutating func write(_ integer: Int64?) {
        guard let integer else { return length(.max) }
        length(8)
        withUnsafeBytes(of: integer.littleEndian) { record.append(contentsOf: $0) }
    }

    private mutating func length(_ length: UInt32) {
        withUnsafeBytes(of: length.littleEndian) { record.append(contentsOf: $0) }
    }
}
