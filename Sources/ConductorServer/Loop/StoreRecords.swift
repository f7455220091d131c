import ConductorEngine
import ConductorModel
import ConductorStore

/// The single records of a store, for look-ups, without those that are being removed.
struct StoreRecords: RecordSource {
    let store: any Store
    var leaving = Leaving()

    func task(_ key: TaskKey) throws(StoreFault) -> TaskRecord? {
        leaving.holds(key) ? nil : try store.task(key)
    }

    func task(_ id: TaskID, attempt token: AttemptToken) throws(StoreFault) -> TaskRecord? {
        guard let task = try store.task(id, attempt: token), !leaving.holds(task.key) else { return nil }
        return task
    }

    func workflow(_ id: WorkflowID) throws(StoreFault) -> (WorkflowRecord, [TaskRecord])? {
        leaving.workflows.contains(id) ? nil : try store.workflow(id)
    }

    func deadLetter(_ id: DeadLetterID) throws(StoreFault) -> DeadLetter? {
        leaving.deadLetters.contains(id) ? nil : try store.deadLetter(id)
    }
}

extension PointLookups<StoreRecords> {
    init(store: any Store, leaving: Leaving = Leaving()) {
        self.init(StoreRecords(store: store, leaving: leaving))
    }
}
