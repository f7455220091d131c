import ConductorEngine
import ConductorJSON
import ConductorModel

/// Reads the changes of one commit back from the log.
package struct ChangeReader {
    private var rest: ArraySlice<UInt8>
    /// For people: which commit it is.
    private let place: String
    /// What the log does not repeat when a record changes: nil where there is none.
    private let task: (TaskKey) throws(StoreFault) -> TaskRecord?
    private let workflow: (WorkflowID) throws(StoreFault) -> WorkflowRecord?

    package init(
        _ payload: [UInt8], of place: String, task: @escaping (TaskKey) throws(StoreFault) -> TaskRecord?,
        workflow: @escaping (WorkflowID) throws(StoreFault) -> WorkflowRecord?
    ) {
        rest = payload[...]
        self.place = place
        self.task = task
        self.workflow = workflow
    }

    /// The changes in the order in which they were written.
    package mutating func changes() throws(StoreFault) -> [Change] {
        var changes: [Change] = []
        while let kind = rest.popFirst() {
            guard let kind = ChangeKind(rawValue: kind) else { throw corrupt("there is no change of kind \(kind)") }
            changes.append(try change(kind))
        }
        return changes
    }

    private mutating func change(_ kind: ChangeKind) throws(StoreFault) -> Change {
        switch kind {
        case .taskAdded: return .taskAdded(try addedTask())
        case .taskUpdated: return .taskUpdated(try updatedTask())
        case .workflowAdded: return .workflowAdded(try addedWorkflow())
        case .workflowUpdated: return .workflowUpdated(try updatedWorkflow())
        case .agentSaved: return .agentSaved(try value())
        case .agentRemoved: return .agentRemoved(try id())
        case .policySaved: return .policySaved(try value())
        case .policyRemoved: return .policyRemoved(try word())
        case .breakerSaved: return .breakerSaved(try value())
        case .deadLetterSaved: return .deadLetterSaved(try deadLetter())
        case .event: return .event(try event())
        case .counted: return .counted(try value())
        }
    }

    private mutating func addedTask() throws(StoreFault) -> TaskRecord {
        let key = try taskKey(), definition = try json(), progress = try json()
        return try reading { () throws(JSONFieldError) in
            try TaskRecord(key: key, definition: definition, progress: progress)
        }
    }

    private mutating func updatedTask() throws(StoreFault) -> TaskRecord {
        let key = try taskKey(), progress = try json()
        guard let known = try task(key) else { throw corrupt("task \(key) was never added") }
        return try reading { () throws(JSONFieldError) in
            try TaskRecord(key: key, definition: known.definition.source, progress: progress)
        }
    }

    private mutating func addedWorkflow() throws(StoreFault) -> WorkflowRecord {
        let id: WorkflowID = try id()
        let definition = try json(), inputs = try json(), progress = try json()
        return try reading { () throws(JSONFieldError) in
            try WorkflowRecord(workflowID: id, definition: definition, inputs: inputs, progress: progress)
        }
    }

    private mutating func updatedWorkflow() throws(StoreFault) -> WorkflowRecord {
        let id: WorkflowID = try id()
        let progress = try json()
        guard let known = try workflow(id) else { throw corrupt("workflow \(id) was never added") }
        return try reading { () throws(JSONFieldError) in
            try WorkflowRecord(
                workflowID: id, definition: known.definition.source, inputs: known.inputs, progress: progress)
        }
    }

    private mutating func deadLetter() throws(StoreFault) -> DeadLetter {
        let state = try word(as: DeadLetter.State.Name.self), key = try optionalText()
        var letter: DeadLetter = try value()
        letter.state = DeadLetter.State(state, requestKey: key)
        return letter
    }

    private mutating func event() throws(StoreFault) -> EventRecord {
        EventRecord(
            sequence: try integer(), timestamp: Timestamp(microseconds: try integer()), kind: try word(),
            workflowID: try optionalID(), taskID: try optionalID(), agentID: try optionalID(),
            attempt: try optionalInteger().map { Int(clamping: $0) }, phase: try optionalWord(), data: try json())
    }

    // MARK: Fields

    private mutating func taskKey() throws(StoreFault) -> TaskKey {
        TaskKey(workflowID: try optionalID(), taskID: try id())
    }

    private mutating func value<Value: JSONReadable>() throws(StoreFault) -> Value {
        let text = try json()
        let value: JSONValue
        do throws(JSONError) {
            value = try text.parsed()
        } catch {
            throw corrupt("\(error)")
        }
        return try reading { () throws(JSONFieldError) in try Value(json: value) }
    }

    private mutating func id<Kind>() throws(StoreFault) -> Identifier<Kind> {
        guard let id: Identifier<Kind> = try optionalID() else { throw corrupt("an id is missing") }
        return id
    }

    private mutating func optionalID<Kind>() throws(StoreFault) -> Identifier<Kind>? {
        guard let text = try optionalText() else { return nil }
        guard let id = Identifier<Kind>(text) else { throw corrupt("\(text) is no id") }
        return id
    }

    private mutating func word<Word: RawRepresentable<String>>(as type: Word.Type = Word.self) throws(StoreFault)
        -> Word
    {
        guard let word: Word = try optionalWord() else { throw corrupt("a word is missing") }
        return word
    }

    private mutating func optionalWord<Word: RawRepresentable<String>>() throws(StoreFault) -> Word? {
        guard let text = try optionalText() else { return nil }
        guard let word = Word(rawValue: text) else { throw corrupt("\(text) is unknown") }
        return word
    }

    private mutating func optionalText() throws(StoreFault) -> String? {
        try optionalBytes().map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func json() throws(StoreFault) -> JSONText {
        guard let bytes = try optionalBytes() else { throw corrupt("a text is missing") }
        return JSONText(restoring: Array(bytes))
    }

    private mutating func integer() throws(StoreFault) -> Int64 {
        guard let integer = try optionalInteger() else { throw corrupt("a number is missing") }
        return integer
    }

    private mutating func optionalInteger() throws(StoreFault) -> Int64? {
        guard let bytes = try optionalBytes() else { return nil }
        guard bytes.count == 8 else { throw corrupt("a number has \(bytes.count) bytes") }
        return bytes.reversed().reduce(0) { $0 << 8 | Int64($1) }
    }

    private mutating func optionalBytes() throws(StoreFault) -> ArraySlice<UInt8>? {
        guard rest.count >= 4 else { throw corrupt("it ends too early") }
        let length = rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        rest = rest.dropFirst(4)
        guard length != .max else { return nil }
        guard rest.count >= length else { throw corrupt("it ends too early") }
        defer { rest = rest.dropFirst(Int(length)) }
        return rest.prefix(Int(length))
    }

    private func reading<Value>(_ body: () throws(JSONFieldError) -> Value) throws(StoreFault) -> Value {
        do throws(JSONFieldError) {
            return try body()
        } catch {
            throw corrupt("\(error.field) \(error.reason)")
        }
    }

    private func corrupt(_ message: String) -> StoreFault {
        StoreFault(.corrupt, at: place, message)
    }
}
