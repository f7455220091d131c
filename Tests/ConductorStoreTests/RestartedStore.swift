import ConductorEngine
import ConductorModel
import Dispatch
import Foundation

@testable import ConductorStore

/// Looks at what a killed daemon would leave: each look is at a copy of the files, which is opened as a start opens it.
/// The tables do not follow the log before that, so that all comes from the log.
final class RestartedStore: Store {
    private let store: SQLiteStore
    private let folder: String

    init(folder: String) throws(StoreFault) {
        self.folder = folder
        store = try SQLiteStore(folder: folder, delay: .never)
    }

    private func restarted<Value>(_ body: (SQLiteStore) throws(StoreFault) -> Value) throws(StoreFault) -> Value {
        let copy = folder + "-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: copy) }
        do {
            try FileManager.default.copyItem(atPath: folder, toPath: copy)
        } catch {
            throw StoreFault(.io, at: copy, "\(error)")
        }
        let next = try SQLiteStore(folder: copy)
        let value = try body(next)
        try next.close()
        return value
    }

    var path: String { store.path }
    func size() -> Int64 { store.size() }
    func mustBeInPlace() throws(StoreFault) { try store.mustBeInPlace() }
    func close() throws(StoreFault) { try store.close() }

    // MARK: What changes it

    func commit(_ changes: [Change]) throws(StoreFault) { try store.commit(changes) }
    func mark(_ time: Timestamp) throws(StoreFault) { try store.mark(time) }
    func remove(_ expired: Expired) throws(StoreFault) { try store.remove(expired) }
    func backup(named name: String) throws(StoreFault) -> StoreBackup { try store.backup(named: name) }

    // MARK: What looks at it

    func load() throws(StoreFault) -> DurableState {
        try restarted { store throws(StoreFault) in try store.load() }
    }

    func task(_ key: TaskKey) throws(StoreFault) -> TaskRecord? {
        try restarted { store throws(StoreFault) in try store.task(key) }
    }

    func task(_ id: TaskID, attempt token: AttemptToken) throws(StoreFault) -> TaskRecord? {
        try restarted { store throws(StoreFault) in try store.task(id, attempt: token) }
    }

    func workflow(_ id: WorkflowID) throws(StoreFault) -> (WorkflowRecord, [TaskRecord])? {
        try restarted { store throws(StoreFault) in try store.workflow(id) }
    }

    func wholeWorkflow(_ id: WorkflowID) throws(StoreFault) -> (WorkflowRecord, [TaskRecord])? {
        try restarted { store throws(StoreFault) in try store.wholeWorkflow(id) }
    }

    func tasks(_ query: TaskQuery) throws(StoreFault) -> StorePage<TaskRecord> {
        try restarted { store throws(StoreFault) in try store.tasks(query) }
    }

    func workflows(_ query: WorkflowQuery) throws(StoreFault) -> StorePage<WorkflowRecord> {
        try restarted { store throws(StoreFault) in try store.workflows(query) }
    }

    func matches(_ reference: WorkReference, of uid: UInt32) throws(StoreFault) -> WorkMatches {
        try restarted { store throws(StoreFault) in try store.matches(reference, of: uid) }
    }

    func deadLetter(_ id: DeadLetterID) throws(StoreFault) -> DeadLetter? {
        try restarted { store throws(StoreFault) in try store.deadLetter(id) }
    }

    func deadLetters(_ page: Page) throws(StoreFault) -> StorePage<DeadLetter> {
        try restarted { store throws(StoreFault) in try store.deadLetters(page) }
    }

    func events(after sequence: Int64, matching filter: EventFilter, limit: Int) throws(StoreFault) -> EventPage {
        try restarted { store throws(StoreFault) in try store.events(after: sequence, matching: filter, limit: limit) }
    }

    func outlivedDeadLetters(_ retention: Retention, at time: Timestamp) throws(StoreFault) -> [DeadLetter] {
        try restarted { store throws(StoreFault) in try store.outlivedDeadLetters(retention, at: time) }
    }

    func retentionPass(_ retention: Retention, at time: Timestamp) throws(StoreFault) -> RetentionPass? {
        try restarted { store throws(StoreFault) in try store.retentionPass(retention, at: time) }
    }

    func expired(_ pass: RetentionPass) throws(StoreFault) -> (Expired, next: RetentionPass?) {
        try restarted { store throws(StoreFault) in try store.expired(pass) }
    }

    func storedBytes() throws(StoreFault) -> [UInt32: Int] {
        try restarted { store throws(StoreFault) in try store.storedBytes() }
    }
}
