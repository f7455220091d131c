import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorStore
import Foundation
import GRDB
import Testing

/// The stores that have to hold the same promises.
enum Backend: CaseIterable, CustomTestStringConvertible {
    case memory, sqlite
    /// Killed and started anew before each look at it.
    case restarted

    var testDescription: String { "\(self)" }

    /// Runs `body` with an empty store.
    func withStore(_ body: (any Store) throws -> Void) throws {
        switch self {
        case .memory: try body(InMemoryStore())
        case .sqlite:
            try withFolder { folder in
                let store = try SQLiteStore(folder: folder)
                try body(store)
                try store.close()
            }
        case .restarted:
            try withFolder { folder in
                let store = try RestartedStore(folder: folder)
                try body(store)
                try store.close()
            }
        }
    }
}

/// Runs `body` with the path of a folder that does not exist yet and is gone afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "conductor-store-\(UUID())")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: root) }
    try body(root.appending(path: "state").path(percentEncoded: false))
}

extension Store {
    func events(after sequence: Int64, limit: Int) throws -> [EventRecord] {
        try events(after: sequence, matching: EventFilter(), limit: limit).events
    }
}

let time = Timestamp(microseconds: 1_760_000_000_123_456)

extension TaskKey {
    static func of(_ task: String, in workflow: String? = nil) throws -> TaskKey {
        TaskKey(workflowID: try workflow.map { try #require(WorkflowID($0)) }, taskID: try #require(TaskID(task)))
    }
}

extension TaskRecord {
    static func queued(
        _ task: String, in workflow: String? = nil, type: AgentType = .coding, input: String = "{}",
        of uid: UInt32 = 1000
    ) throws -> TaskRecord {
        let text = #"{"name":"do \#(task)","assigned_to":"\#(type.rawValue)","input_data":\#(input)}"#
        return TaskRecord(
            key: try .of(task, in: workflow), definition: try TaskDefinition(json: JSONText(parsing: text).parsed()),
            ownerUID: uid, createdAt: time, stage: .queued(since: time, until: time + .seconds(60)),
            queueTimeout: .seconds(60))
    }

    /// The same, with one more attempt under way.
    func started(by agent: String, token: UInt64 = 1) throws -> TaskRecord {
        var task = self
        task.attempts.append(
            Attempt(
                number: attempts.count + 1, iteration: 0, token: AttemptToken(high: 7, low: token),
                agentID: try #require(AgentID(agent)), startedAt: time))
        task.stage = .running(deadline: time + .seconds(120))
        return task
    }

    /// The same, ended.
    func ended(_ status: TaskStatus = .completed, by agent: String = "a", output: String = "{}") throws -> TaskRecord {
        var task = self
        task.stage = .ended(
            Outcome(
                result: TaskResult(
                    taskID: key.taskID, workflowID: key.workflowID, agentID: try #require(AgentID(agent)),
                    status: status, outputData: try JSONText(parsing: output), attempt: attempts.count, iteration: 0,
                    startedAt: time, completedAt: time, duration: .seconds(1))))
        return task
    }
}

extension WorkflowRecord {
    static func running(_ id: String, of uid: UInt32 = 1000) throws -> WorkflowRecord {
        let text = #"{"name":"a workflow","tasks":[{"task_id":"t","name":"t"}]}"#
        return WorkflowRecord(
            workflowID: try #require(WorkflowID(id)),
            definition: try WorkflowDefinition(json: JSONText(parsing: text).parsed()),
            inputs: try JSONText(parsing: #"{"b":1.50,"a":2}"#), ownerUID: uid, startedAt: time)
    }

    func ended(_ status: WorkflowStatus = .completed) -> WorkflowRecord {
        var workflow = self
        workflow.stage = .ended(status, at: time)
        return workflow
    }
}

extension AgentState {
    static func idle(_ id: String) throws -> AgentState {
        AgentState(
            agentID: try #require(AgentID(id)), agentType: .coding, capacity: 2, status: .idle, ownerUID: 1000,
            pid: 42, at: time)
    }
}

extension Change {
    static func event(
        _ sequence: Int64, _ kind: EventKind = .taskQueued, task: String = "t", at timestamp: Timestamp = time
    ) throws -> Change {
        .event(
            EventRecord(
                sequence: sequence, timestamp: timestamp, kind: kind, taskID: TaskID(task), attempt: 1,
                phase: .devops, data: try JSONText(parsing: #"{"n":1}"#)))
    }
}

extension StatusCounts {
    static var oneOfEach: StatusCounts {
        var counts = StatusCounts()
        counts.tasks = [.pending: 1]
        counts.workflows = [.inProgress: 1]
        return counts
    }
}

extension DurableState {
    var taskNames: [String] { tasks.map { "\($0.key)" } }
    var workflowNames: [String] { workflows.map { "\($0.workflowID)" } }
    var agentNames: [String] { agents.map { "\($0.agentID)" } }
}

/// Changes a database behind the store's back.
func write(_ sql: String, to path: String) throws {
    let database = try DatabaseQueue(path: path)
    try database.writeWithoutTransaction { try $0.execute(sql: sql) }
    try database.close()
}

/// Runs `body` and gives back the fault that it must throw.
func fault(_ body: () throws -> Void) throws -> StoreFault {
    try #require(throws: StoreFault.self, performing: body)
}
