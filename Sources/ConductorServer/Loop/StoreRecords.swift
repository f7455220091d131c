import ConductorDelivery
import ConductorEngine
import ConductorModel
import ConductorStore

/// The single records of a store, for look-ups, without those that are being removed.
struct StoreRecords: RecordSource {
    let store: any Store
    var pendingDeletions = PendingDeletions()

    func task(_ key: TaskKey) throws(StoreFault) -> TaskRecord? {
        pendingDeletions.holds(key) ? nil : try store.task(key)
    }

    func task(_ id: TaskID, attempt token: AttemptToken) throws(StoreFault) -> TaskRecord? {
        guard let task = try store.task(id, attempt: token), !pendingDeletions.holds(task.key) else { return nil }
        return task
    }

    func workflow(_ id: WorkflowID) throws(StoreFault) -> (WorkflowRecord, [TaskRecord])? {
        pendingDeletions.workflows.contains(id) ? nil : try store.workflow(id)
    }

    func deadLetter(_ id: DeadLetterID) throws(StoreFault) -> DeadLetter? {
        pendingDeletions.deadLetters.contains(id) ? nil : try store.deadLetter(id)
    }
}

extension PointLookups<StoreRecords> {
    init(store: any Store, pendingDeletions: PendingDeletions = PendingDeletions()) {
        self.init(StoreRecords(store: store, pendingDeletions: pendingDeletions))
    }
}
