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
package struct ChangeWriter {
    /// More than what mostly follows a long text, and than what fills its last page: neither should have the text copied
    /// into a larger buffer. Bytes.
    private static let roomAfterText = 8192

    /// The record; its header is to be filled in.
    package private(set) var record = [UInt8](repeating: 0, count: LogRecordHeader.length)

    package init(_ changes: borrowing CoalescedChanges) {
        record.reserveCapacity(LogRecordHeader.page)
        for row in changes.tasks.values { write(row) }
        for row in changes.workflows.values { write(row) }
        for (id, entry) in changes.agents.entries {
            switch entry {
            case .saved(let state):
                begin(.agentSaved)
                write(state)
            case .removed:
                begin(.agentRemoved)
                write(id.description)
            }
        }
        for (kind, entry) in changes.policies.entries {
            switch entry {
            case .saved(let policy):
                begin(.policySaved)
                write(policy.jsonText)
            case .removed:
                begin(.policyRemoved)
                write(kind.rawValue)
            }
        }
        for breaker in changes.breakers.values {
            begin(.breakerSaved)
            write(breaker.jsonText)
        }
        for row in changes.deadLetters.values { write(row) }
        for event in changes.events { write(event) }
        if let counts = changes.counts {
            begin(.counted)
            write(counts.jsonText)
        }
    }

    private mutating func write(_ task: CoalescedChanges.Row<TaskRecord>) {
        begin(task.isNew ? .taskAdded : .taskUpdated)
        write(task.record.key.workflowID?.description)
        write(task.record.key.taskID.description)
        if task.isNew { write(task.record.definition.source) }
        write(task.text)
    }

    private mutating func write(_ workflow: CoalescedChanges.Row<WorkflowRecord>) {
        begin(workflow.isNew ? .workflowAdded : .workflowUpdated)
        write(workflow.record.workflowID.description)
        if workflow.isNew {
            write(workflow.record.definition.source)
            write(workflow.record.inputs)
        }
        write(workflow.text)
    }

    private mutating func write(_ letter: CoalescedChanges.Row<DeadLetter>) {
        let (state, key) = letter.record.state.columns
        begin(.deadLetterSaved)
        write(state.rawValue)
        write(key)
        write(letter.text)
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
        guard var text else { return length(.max) }
        text.withUTF8 { text in
            length(UInt32(truncatingIfNeeded: text.count))
            record.append(contentsOf: text)
        }
    }

    private mutating func write(_ json: JSONText) {
        length(UInt32(truncatingIfNeeded: json.bytes.count))
        let needed = record.count + json.bytes.count
        if json.bytes.count > Self.roomAfterText, needed > record.capacity {
            record.reserveCapacity(max(2 * record.capacity, needed + Self.roomAfterText))
        }
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
