import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorSystemd

/// An event on its way to the journal.
struct JournaledEvent: LogEntrySource {
    let event: EventRecord

    var cost: Int { MemoryLayout<EventRecord>.size + event.data.bytes.count + Self.idBytes }

    func entry() -> JournalEntry { JournalEntry(event) }

    /// About what the names of task, workflow and agent take.
    private static let idBytes = 256
}

/// A line that an agent wrote about a task, on its way to the journal.
struct JournaledLine: LogEntrySource {
    let event: LiveEvent
    let stream: String
    let line: String

    var cost: Int { MemoryLayout<LiveEvent>.size + line.utf8.count + stream.utf8.count + Self.idBytes }
    var isExpendable: Bool { true }

    func entry() -> JournalEntry { JournalEntry(event, stream: stream, line: line) }

    private static let idBytes = 256
}

extension JournalEntry {
    /// The journal's entry for an event: a projection of it, without inputs, outputs or tokens.
    init(_ event: EventRecord) {
        let data = EventData(event)
        self.init(event.sentence(data.errorCode), priority: event.kind.priority, messageID: event.kind.messageID)
        fields.reserveCapacity(10)
        add(.event, event.kind.rawValue)
        add(.sequence, event.sequence)
        add(.workflowID, event.workflowID)
        add(.taskID, event.taskID)
        add(.agentID, event.agentID)
        add(.agentType, data.agentType)
        add(.phase, event.phase?.rawValue)
        add(.attempt, event.attempt)
        add(.errorCode, data.errorCode)
        add(.duration, data.microseconds)
    }

    /// The journal's entry for a line that an agent wrote about a task: the line itself.
    init(_ event: LiveEvent, stream: String, line: String) {
        self.init(line, priority: .info, messageID: .taskLog)
        fields.reserveCapacity(7)
        add(.event, event.kind)
        add(.stream, stream)
        add(.timestamp, event.timestamp)
        add(.workflowID, event.key.workflowID)
        add(.taskID, event.key.taskID)
        add(.agentID, event.agentID)
        add(.attempt, event.attempt)
    }

    /// The journal's entry where lines of a task stand no more.
    static func leftOut(_ count: Int, of key: TaskKey, by agent: AgentID?, at time: Timestamp) -> JournalEntry {
        var entry = JournalEntry(
            "\(count) lines of task \(key) were dropped: it logs faster than the journal accepts.", priority: .warning,
            messageID: JournalEntry.lossMessageID,
            fields: [JournalField(.droppedEntries, String(count))])
        entry.add(.timestamp, time)
        entry.add(.workflowID, key.workflowID)
        entry.add(.taskID, key.taskID)
        entry.add(.agentID, agent)
        return entry
    }

    /// The journal's entry for an error that nobody retries.
    init(_ escalation: Escalation) {
        self.init(
            "Task \(escalation.key) needs attention: \(escalation.errorCode): \(escalation.message)",
            priority: .critical, messageID: .escalation)
        add(.workflowID, escalation.key.workflowID)
        add(.taskID, escalation.key.taskID)
        add(.agentID, escalation.agentID)
        add(.errorCode, escalation.errorCode)
    }

    private mutating func add(_ name: JournalFieldName, _ value: (some CustomStringConvertible)?) {
        if let value { fields.append(JournalField(name, value.description)) }
    }
}

extension JournalFieldName {
    fileprivate static let event: JournalFieldName = "CONDUCTOR_EVENT"
    fileprivate static let sequence: JournalFieldName = "CONDUCTOR_SEQUENCE"
    fileprivate static let stream: JournalFieldName = "CONDUCTOR_STREAM"
    fileprivate static let timestamp: JournalFieldName = "CONDUCTOR_TIMESTAMP"
    fileprivate static let workflowID: JournalFieldName = "CONDUCTOR_WORKFLOW_ID"
    fileprivate static let taskID: JournalFieldName = "CONDUCTOR_TASK_ID"
    fileprivate static let agentID: JournalFieldName = "CONDUCTOR_AGENT_ID"
    fileprivate static let agentType: JournalFieldName = "CONDUCTOR_AGENT_TYPE"
    fileprivate static let phase: JournalFieldName = "CONDUCTOR_PHASE"
    fileprivate static let attempt: JournalFieldName = "CONDUCTOR_ATTEMPT"
    fileprivate static let errorCode: JournalFieldName = "CONDUCTOR_ERROR_CODE"
    fileprivate static let duration: JournalFieldName = "CONDUCTOR_DURATION_USEC"
    fileprivate static let droppedEntries: JournalFieldName = "CONDUCTOR_DROPPED_ENTRIES"
}

/// What an event's data says that has a field in the journal.
private struct EventData {
    var agentType: String?
    var errorCode: String?
    /// How long it took.
    var microseconds: Int64?

    init(_ event: EventRecord) {
        guard event.data != .emptyObject, let values = try? event.data.parsed() else { return }
        agentType = values["agent_type"]?.string
        errorCode = values["error_code"]?.string
        microseconds = values["duration_seconds"]?.double.map { Int64(($0 * 1_000_000).rounded()) }
    }
}
