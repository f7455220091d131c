import ConductorDelivery
import ConductorEngine
import ConductorEngineSupport
import ConductorModel

/// The single records of what is durable, for look-ups.
struct DurableRecords: RecordSource {
    let store: Stored

    func task(_ key: TaskKey) -> TaskRecord? { store.task(key) }

    func task(_ id: TaskID, attempt token: AttemptToken) -> TaskRecord? { store.task(id, attempt: token) }

    func workflow(_ id: WorkflowID) -> (WorkflowRecord, [TaskRecord])? {
        guard let record = store.workflow(id) else { return nil }
        let keys = record.definition.tasks.compactMap(\.taskID).map { TaskKey(workflowID: id, taskID: $0) }
        return (record, keys.compactMap(store.task))
    }

    func deadLetter(_ id: DeadLetterID) -> DeadLetter? {
        store.deadLetters.first { $0.id == id }
    }
}
