import ConductorModel

/// The workflows that have not ended.
struct LiveWorkflows: Sendable {
    private var runs: [WorkflowID: WorkflowRun] = [:]
    /// How many there are of each status, history included.
    private(set) var counts: CountByStatus<WorkflowStatus>
    /// How many each user has, and the bytes that they take.
    private(set) var byUser = UserCounts()
    private(set) var bytesByUser = UserCounts()

    /// Of the newest workflow.
    private(set) var lastNumber: Int

    init(counts: CountByStatus<WorkflowStatus> = CountByStatus(), lastNumber: Int = 0) {
        self.counts = counts
        self.lastNumber = lastNumber
    }

    /// The number of a workflow that begins.
    mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    var count: Int { runs.count }

    /// Where one is changed; it comes and goes by `add`, `reopen`, `restore` and `remove` alone.
    subscript(id: WorkflowID) -> WorkflowRun? {
        get { runs[id] }
        _modify {
            let before = runs[id]?.heldBytes ?? 0
            yield &runs[id]
            if let run = runs[id], run.heldBytes != before {
                bytesByUser.add(run.heldBytes - before, of: run.record.ownerUID)
            }
        }
    }

    /// A new workflow.
    mutating func add(_ run: WorkflowRun) {
        counts[run.record.status] += 1
        insert(run)
    }

    /// One that had ended runs anew.
    mutating func reopen(_ run: WorkflowRun) {
        invariant(run.record.status.isTerminal, "a workflow is opened that had not ended")
        counts[run.record.status] -= 1
        counts[.inProgress] += 1
        insert(run)
    }

    /// One that was running when the daemon stopped.
    mutating func restore(_ run: WorkflowRun) {
        insert(run)
    }

    private mutating func insert(_ run: WorkflowRun) {
        invariant(runs[run.record.workflowID] == nil, "workflow \(run.record.workflowID) is there already")
        runs[run.record.workflowID] = run
        byUser.add(1, of: run.record.ownerUID)
        bytesByUser.add(run.heldBytes, of: run.record.ownerUID)
    }

    /// One has ended; the store has it.
    mutating func remove(_ id: WorkflowID) {
        guard let run = runs.removeValue(forKey: id) else { return impossible("a workflow ends for the second time") }
        invariant(run.record.status.isTerminal, "workflow \(id) leaves before its end")
        counts[.inProgress] -= 1
        counts[run.record.status] += 1
        byUser.add(-1, of: run.record.ownerUID)
        bytesByUser.add(-run.heldBytes, of: run.record.ownerUID)
    }
}
