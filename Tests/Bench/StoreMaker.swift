import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorStore

/// Writes what a daemon would have left in its state folder, without one: millions of rows in a minute.
public struct StoreMaker: Sendable {
    /// Tasks that have ended, with two events each.
    public var ended: Int
    /// Tasks that wait for an agent, with one event each.
    public var unfinished: Int

    private static let tasksPerCommit = 1000

    public init(ended: Int = 0, unfinished: Int = 0) {
        self.ended = ended
        self.unfinished = unfinished
    }

    public func fill(_ folder: String) throws {
        let store = try SQLiteStore(folder: folder)
        let maker = try TaskMaker()
        var sequence: Int64 = 0
        var changes: [Change] = []
        for number in 0..<ended + unfinished {
            let isEnded = number < ended
            changes.append(.taskAdded(isEnded ? maker.ended(number) : maker.waiting(number)))
            for kind in isEnded ? [EventKind.taskStarted, .taskCompleted] : [.taskQueued] {
                sequence += 1
                changes.append(.event(maker.event(kind, sequence, number)))
            }
            if number % Self.tasksPerCommit == Self.tasksPerCommit - 1 {
                try store.commit(changes)
                changes = []
            }
        }
        var counts = StatusCounts()
        counts.tasks = [.completed: ended, .pending: unfinished]
        try store.commit(changes + [.counted(counts)])
        try store.close()
    }
}

/// Tasks that differ in nothing but their ids.
private struct TaskMaker {
    private let time = Timestamp(microseconds: 1_790_000_000_000_000)
    private let agent: AgentID
    private let definition: TaskDefinition
    private let output: JSONText
    private let eventData: JSONText

    init() throws {
        let filler = String(repeating: "x", count: Workload.queuedPayload)
        let text = #"{"name":"bench","assigned_to":"coding","input_data":{"payload":"\#(filler)"}}"#
        definition = try TaskDefinition(json: JSONText(parsing: text).parsed())
        output = try JSONText(parsing: #"{"payload":"\#(filler)"}"#)
        eventData = try JSONText(parsing: #"{"agent_type":"coding","name":"bench"}"#)
        agent = .coordinator
    }

    func waiting(_ number: Int) -> TaskRecord {
        record(number, .queued(since: time, until: time + .seconds(10 * 365 * 86_400)))
    }

    func ended(_ number: Int) -> TaskRecord {
        let id = id(number)
        let result = TaskResult(
            taskID: id, agentID: agent, status: .completed, outputData: output, attempt: 1, iteration: 0,
            startedAt: time, completedAt: time, duration: .milliseconds(1))
        return record(number, .ended(TaskRecord.Outcome(result: result)))
    }

    func event(_ kind: EventKind, _ sequence: Int64, _ number: Int) -> EventRecord {
        EventRecord(
            sequence: sequence, timestamp: time, kind: kind, taskID: id(number), agentID: agent, attempt: 1,
            phase: .development, data: eventData)
    }

    private func record(_ number: Int, _ stage: TaskRecord.Stage) -> TaskRecord {
        TaskRecord(
            key: TaskKey(taskID: id(number)), definition: definition, ownerUID: 0, createdAt: time, stage: stage,
            queueTimeout: .seconds(86_400))
    }

    private func id(_ number: Int) -> TaskID {
        guard let id = TaskID("made-\(number)") else { preconditionFailure("made-\(number) is no id") }
        return id
    }
}
