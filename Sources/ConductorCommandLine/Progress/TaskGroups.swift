import ConductorModel

/// A run's tasks by how they stand.
struct TaskGroups: Sendable {
    /// The newest first.
    private(set) var failed: [RunProgress.TaskRow] = []
    private(set) var retrying: [RunProgress.TaskRow] = []
    /// The longest first.
    private(set) var running: [RunProgress.TaskRow] = []
    private(set) var succeeded = 0
    private(set) var skipped = 0
    private(set) var cancelled = 0
    private(set) var waiting = 0
    let total: Int

    init(_ progress: RunProgress) {
        total = max(progress.taskCount, progress.tasks.count)
        for task in progress.tasks {
            switch task.state {
            case .queued: break
            case .running: running.append(task)
            case .retrying: retrying.append(task)
            case .ended(let ending):
                switch ending.status {
                case .completed: succeeded += 1
                case .skipped: skipped += 1
                case .cancelled: cancelled += 1
                case .failed, .blocked, .pending, .inProgress: failed.append(task)
                }
            }
        }
        failed.reverse()
        running.sort { $0.began < $1.began }
        waiting = total - ended - running.count - retrying.count
    }

    var ended: Int { succeeded + skipped + cancelled + failed.count }

    /// What is listed in so many rows: failures stay, what runs has the other half of the rows where it needs it.
    func listed(in rows: Int) -> (failed: ArraySlice<RunProgress.TaskRow>, others: [RunProgress.TaskRow]) {
        let failures = Self.share(failed.count, of: rows, beside: retrying.count + running.count)
        let rest = rows - failures
        let retries = Self.share(retrying.count, of: rest, beside: running.count)
        let others = Array(retrying.prefix(retries)) + running.prefix(max(rest - retries, 0))
        return (failed.prefix(failures), others)
    }

    /// Takes out what is listed: so many failures, and those of the others.
    mutating func hide(_ failures: Int, _ others: [RunProgress.TaskRow]) {
        failed.removeFirst(failures)
        let hidden = Set(others.map(\.id))
        retrying.removeAll { hidden.contains($0.id) }
        running.removeAll { hidden.contains($0.id) }
    }

    /// All that is wanted where there is room, else at least half of it.
    private static func share(_ wanted: Int, of rows: Int, beside others: Int) -> Int {
        min(wanted, max(rows - others, (rows + 1) / 2, 0))
    }
}

extension RunProgress.TaskRow {
    fileprivate var began: Timestamp {
        switch state {
        case .running(_, let since, _): since
        case .queued, .retrying, .ended: Timestamp(microseconds: 0)
        }
    }
}
