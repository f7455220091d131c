import ConductorEngine
import ConductorModel
import ConductorStore

/// The single records of a store, for look-ups.
struct StoreRecords: RecordSource {
    let store: any Store

    func task(_ key: TaskKey) throws(StoreFault) -> TaskRecord? { try store.task(key) }

    func task(_ id: TaskID, attempt token: AttemptToken) throws(StoreFault) -> TaskRecord? {
        try store.task(id, attempt: token)
    }

    func workflow(_ id: WorkflowID) throws(StoreFault) -> (WorkflowRecord, [TaskRecord])? { try store.workflow(id) }

    func deadLetter(_ id: DeadLetterID) throws(StoreFault) -> DeadLetter? { try store.deadLetter(id) }
}

extension PointLookups<StoreRecords> {
    init(store: any Store) {
        self.init(StoreRecords(store: store))
    }
}
