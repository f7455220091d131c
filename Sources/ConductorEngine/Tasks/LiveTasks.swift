import ConductorJSON
import ConductorModel

/// Names a task in memory; when that task has left, it names nothing.
struct TaskHandle: Hashable, Sendable {
    /// Small, and given to another task later.
    let index: Int
    fileprivate let generation: UInt32
}

/// The tasks that have not ended, and all tasks of workflows that have not; with them their attempts and who waits for
/// them.
///
/// Whoever knows a task by its handle need not look for its names. Each task has one handle from when it is added or
/// restored until it is removed, and each of its attempts leads to it for as long.
struct LiveTasks: Sendable {
    private struct Slot: Sendable {
        var generation: UInt32 = 0
        var task: LiveTask?
    }

    private var slots: [Slot] = []
    private var vacant: [Int] = []
    private var handles: [TaskKey: TaskHandle] = [:]
    private var attempts: [AttemptToken: TaskHandle] = [:]
    /// How many each user has, and the bytes that they take.
    private(set) var byUser = UserCounts()
    private(set) var bytesByUser = UserCounts()
    private var heldRetries: [AttemptToken: HeldRetry] = [:]
    /// How many are with an agent.
    private(set) var running = 0
    /// How many there are of each status, history included.
    private(set) var counts: CountByStatus<TaskStatus>

    init(counts: CountByStatus<TaskStatus> = CountByStatus()) {
        self.counts = counts
    }

    var count: Int { handles.count }

    func handle(of key: TaskKey) -> TaskHandle? { handles[key] }

    func handle(of token: AttemptToken) -> TaskHandle? { attempts[token] }

    subscript(handle: TaskHandle) -> TaskRecord? {
        guard slots[handle.index].generation == handle.generation else { return nil }
        return slots[handle.index].task?.record
    }

    subscript(key: TaskKey) -> TaskRecord? {
        guard let handle = handles[key] else { return nil }
        return self[handle]
    }

    /// Changes a task that is there.
    private mutating func change(_ handle: TaskHandle, _ body: (inout LiveTask) -> Void) {
        guard slots[handle.index].generation == handle.generation, slots[handle.index].task != nil else {
            return impossible("a task that has left is changed")
        }
        body(&slots[handle.index].task!)
    }

    /// Changes what a task holds in memory, and keeps the account of it.
    private mutating func resize(_ handle: TaskHandle, _ body: (inout LiveTask) -> Void) {
        var growth = 0
        var uid: UInt32 = 0
        change(handle) { task in
            let before = task.record.heldBytes
            body(&task)
            growth = task.record.heldBytes - before
            uid = task.record.ownerUID
        }
        bytesByUser.add(growth, of: uid)
    }
}

// MARK: - Coming and going

extension LiveTasks {
    /// A new task.
    mutating func add(_ record: TaskRecord) -> TaskHandle {
        counts[record.status] += 1
        return insert(record)
    }

    /// A task that the store holds, and that is counted already.
    mutating func restore(_ record: TaskRecord) -> TaskHandle {
        let handle = insert(record)
        for attempt in record.attempts { attempts[attempt.token] = handle }
        return handle
    }

    private mutating func insert(_ record: TaskRecord) -> TaskHandle {
        invariant(handles[record.key] == nil, "task \(record.key) is there already")
        let index = vacant.popLast() ?? slots.count
        if index == slots.count { slots.append(Slot()) }
        slots[index].task = LiveTask(record: record)
        let handle = TaskHandle(index: index, generation: slots[index].generation)
        handles[record.key] = handle
        byUser.add(1, of: record.ownerUID)
        bytesByUser.add(record.heldBytes, of: record.ownerUID)
        return handle
    }

    /// A task leaves the memory; the store has it.
    /// - Returns: who waits for it.
    @discardableResult
    mutating func remove(_ handle: TaskHandle) -> [Waiter] {
        guard slots[handle.index].generation == handle.generation, let task = slots[handle.index].task else {
            impossible("a task leaves for the second time")
            return []
        }
        slots[handle.index].task = nil
        slots[handle.index].generation &+= 1
        vacant.append(handle.index)
        handles[task.record.key] = nil
        for attempt in task.record.attempts { attempts[attempt.token] = nil }
        byUser.add(-1, of: task.record.ownerUID)
        bytesByUser.add(-task.record.heldBytes, of: task.record.ownerUID)
        return task.waiters
    }

    /// `waiter` is to be told of the task's end.
    mutating func add(_ waiter: Waiter, to handle: TaskHandle) {
        change(handle) { $0.waiters.append(waiter) }
    }
}

// MARK: - The way of a task

extension LiveTasks {
    /// Moves a task to its next stage, and keeps the counts.
    /// - Returns: the stage before.
    mutating func move(_ handle: TaskHandle, to stage: TaskRecord.Stage) -> TaskRecord.Stage? {
        var before: TaskRecord.Stage?
        var statuses: (from: TaskStatus, to: TaskStatus)?
        resize(handle) { task in
            let former = task.record.status
            before = task.record.stage
            // It goes on after its end: in another round, or by hand.
            if let outcome = task.record.outcome { task.record.conclude(AttemptEnding(outcome)) }
            task.record.stage = stage
            statuses = (former, task.record.status)
        }
        if let statuses, statuses.from != statuses.to {
            counts[statuses.from] -= 1
            counts[statuses.to] += 1
        }
        return before
    }

    /// An attempt begins; the caller moves the task.
    mutating func begin(_ attempt: Attempt, of handle: TaskHandle) {
        var forgotten: ArraySlice<Attempt> = []
        resize(handle) { task in
            task.record.attempts.append(attempt)
            forgotten = task.record.attempts.dropLast(TaskRecord.keptAttempts)
            task.record.attempts.removeFirst(forgotten.count)
        }
        for attempt in forgotten { attempts[attempt.token] = nil }
        attempts[attempt.token] = handle
        running += 1
    }

    /// A task that was restored is with its agent.
    mutating func resumeAttempt() {
        running += 1
    }

    /// The running attempt of a task is over; the caller moves the task.
    mutating func endAttempt() {
        running -= 1
        invariant(running >= 0, "more attempts ended than began")
    }

    /// The agent's answer to the last attempt was accepted.
    mutating func markAnswered(_ handle: TaskHandle, _ isAnswered: Bool) {
        change(handle) { task in
            guard let last = task.record.attempts.indices.last else { return impossible("an answer to no attempt") }
            task.record.attempts[last].isAnswered = isAnswered
        }
    }

    /// The last attempt of a task is over, and the task goes on.
    mutating func conclude(_ handle: TaskHandle, _ ending: AttemptEnding) {
        resize(handle) { $0.record.conclude(ending) }
    }

    /// One more attempt counts against the retry budget.
    mutating func countFailure(_ handle: TaskHandle) {
        change(handle) { $0.record.failedAttempts += 1 }
    }

    /// An agent gave the task back unbegun.
    mutating func countReturn(_ handle: TaskHandle) {
        change(handle) { $0.record.returns += 1 }
    }

    /// The task runs anew in `iteration`, with its whole retry budget.
    mutating func begin(iteration: Int, of handle: TaskHandle) {
        change(handle) { task in
            task.record.iteration = iteration
            task.record.failedAttempts = 0
            task.record.returns = 0
        }
    }

    /// The input with its expressions evaluated; nil to have that done anew.
    mutating func resolve(_ handle: TaskHandle, input: JSONText?) {
        resize(handle) { $0.record.resolvedInput = input }
    }
}

// MARK: - Retries that wait until their last agent has stopped the command

extension LiveTasks {
    struct HeldRetry: Sendable {
        let task: TaskHandle
        /// When it would be due without that, on the monotonic clock.
        let due: Duration
    }

    mutating func holdRetry(_ retry: HeldRetry, after attempt: AttemptToken) {
        heldRetries[attempt] = retry
    }

    /// The agent has stopped the command of `attempt`, or need not be waited for.
    @discardableResult
    mutating func releaseRetry(after attempt: AttemptToken) -> HeldRetry? {
        heldRetries.isEmpty ? nil : heldRetries.removeValue(forKey: attempt)
    }
}
