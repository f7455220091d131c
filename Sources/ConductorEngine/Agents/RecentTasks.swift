import ConductorModel

/// The newest tasks that an agent finished; the older ones are overwritten.
struct RecentTasks: Sendable {
    /// A ring: the oldest is at `oldest`.
    private var tasks: [TaskID]
    private var oldest = 0

    init(_ tasks: [TaskID]) {
        self.tasks = tasks
    }

    /// Oldest first.
    var inOrder: [TaskID] { Array(tasks[oldest...] + tasks[..<oldest]) }

    mutating func append(_ task: TaskID, keeping limit: Int) {
        if tasks.count == limit, limit > 0 {
            tasks[oldest] = task
            oldest = (oldest + 1) % limit
            return
        }
        tasks = Array((inOrder + [task]).suffix(limit))
        oldest = 0
    }
}
