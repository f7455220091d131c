import ConductorEngine
import ConductorModel
import ConductorStore

/// Finds single records: first among the changes that are on their way to the store, then in the store.
struct PointLookups {
    let store: any Store
    /// What is being removed, and so is not there any more.
    var leaving = Leaving()

    func task(_ key: TaskKey, pending: PendingRecords) throws(StoreFault) -> Known {
        if let record = pending.task(key) { return .task(record) }
        guard !leaving.holds(key) else { return .nothing }
        return try store.task(key).map(Known.task) ?? .nothing
    }

    func task(_ id: TaskID, attempt: AttemptToken, pending: PendingRecords) throws(StoreFault) -> Known {
        if let record = pending.task(id, attempt: attempt) { return .task(record) }
        guard let stored = try store.task(id, attempt: attempt), !leaving.holds(stored.key) else { return .nothing }
        return .task(pending.task(stored.key) ?? stored)
    }

    /// The letter with all that its redrive needs to know.
    func deadLetter(_ id: DeadLetterID, pending: PendingRecords) throws(StoreFault) -> Known {
        let unsaved = pending.letter(id)
        guard !leaving.deadLetters.contains(id) else { return .nothing }
        guard let letter = unsaved == nil ? try store.deadLetter(id) : unsaved else { return .nothing }
        let work: Known =
            if let id = letter.key.workflowID {
                try workflow(id, pending: pending)
            } else {
                try task(letter.key, pending: pending)
            }
        switch work {
        case .task(let record): return .deadLetter(letter, record)
        case .workflow(let record, let tasks): return .deadLetterOfWorkflow(letter, record, tasks)
        case .nothing, .tasks, .workflows, .deadLetters, .deadLetter, .deadLetterOfWorkflow, .process,
            .backup:
            return .nothing
        }
    }

    func workflow(_ id: WorkflowID, pending: PendingRecords) throws(StoreFault) -> Known {
        guard !leaving.workflows.contains(id) else { return .nothing }
        let stored = try store.workflow(id)
        guard let record = pending.workflow(id) ?? stored?.0 else { return .nothing }
        let storedTasks = Dictionary((stored?.1 ?? []).map { ($0.key, $0) }) { first, _ in first }
        let tasks = record.definition.tasks.compactMap(\.taskID).compactMap { taskID -> TaskRecord? in
            let key = TaskKey(workflowID: id, taskID: taskID)
            return pending.task(key) ?? storedTasks[key]
        }
        return .workflow(record, tasks)
    }
}
