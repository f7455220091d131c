import ConductorEngine
import ConductorModel

/// Finds single records: first among the changes that are on their way to the store, then in the store.
package struct PointLookups<Source: RecordSource> {
    private let store: Source

    package init(_ store: Source) {
        self.store = store
    }

    package func task(_ key: TaskKey, pending: PendingRecords) throws(Source.Fault) -> StoredContext {
        if let record = pending.task(key) { return .task(record) }
        return try store.task(key).map(StoredContext.task) ?? .nothing
    }

    package func task(_ id: TaskID, attempt: AttemptToken, pending: PendingRecords) throws(Source.Fault)
        -> StoredContext
    {
        task(id, attempt: attempt, stored: try store.task(id, attempt: attempt), pending: pending)
    }

    /// The same where the store was asked already.
    package func task(
        _ id: TaskID, attempt: AttemptToken, stored: TaskRecord?, pending: PendingRecords
    ) -> StoredContext {
        if let record = pending.task(id, attempt: attempt) { return .task(record) }
        guard let stored else { return .nothing }
        return .task(pending.task(stored.key) ?? stored)
    }

    /// The letter with all that its redrive needs to know.
    package func deadLetter(_ id: DeadLetterID, pending: PendingRecords) throws(Source.Fault) -> StoredContext {
        let unsaved = pending.letter(id)
        guard let letter = unsaved == nil ? try store.deadLetter(id) : unsaved else { return .nothing }
        let work: StoredContext =
            if let id = letter.key.workflowID {
                try workflow(id, pending: pending)
            } else {
                try task(letter.key, pending: pending)
            }
        switch work {
        case .task(let record): return .deadLetter(letter, record)
        case .workflow(let record, let tasks): return .deadLetterOfWorkflow(letter, record, tasks)
        case .nothing, .tasks, .workflows, .deadLetters, .matches, .deadLetter, .deadLetterOfWorkflow, .process,
            .accounts,
            .backup:
            return .nothing
        }
    }

    package func workflow(_ id: WorkflowID, pending: PendingRecords) throws(Source.Fault) -> StoredContext {
        workflow(id, stored: try store.workflow(id), pending: pending)
    }

    /// The same where the store was asked already.
    package func workflow(
        _ id: WorkflowID, stored: (WorkflowRecord, [TaskRecord])?, pending: PendingRecords
    ) -> StoredContext {
        guard let record = pending.workflow(id) ?? stored?.0 else { return .nothing }
        // A stored definition is as it was sent, without the ids that the daemon gave: the tasks' own rows have them.
        if let stored {
            // Retention removes a large one part by part.
            guard stored.1.count >= stored.0.definition.tasks.count else { return .nothing }
            return .workflow(record, stored.1.map { pending.task($0.key) ?? $0 })
        }
        let keys = record.definition.tasks.compactMap(\.taskID).map { TaskKey(workflowID: id, taskID: $0) }
        return .workflow(record, keys.compactMap(pending.task))
    }
}

/// What is durable, record by record.
package protocol RecordSource {
    associatedtype Fault: Error

    func task(_ key: TaskKey) throws(Fault) -> TaskRecord?
    /// The task of this id, alone or in any workflow, that has an attempt with this token.
    func task(_ id: TaskID, attempt token: AttemptToken) throws(Fault) -> TaskRecord?
    /// The workflow with its tasks in the order of its definition.
    func workflow(_ id: WorkflowID) throws(Fault) -> (WorkflowRecord, [TaskRecord])?
    /// Of whatever state.
    func deadLetter(_ id: DeadLetterID) throws(Fault) -> DeadLetter?
}
