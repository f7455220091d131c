import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol

/// What the world was told: all of it must be durable when it is told, and still be there after every recovery.
struct Ledger {
    private var accepted: Set<TaskKey> = []
    private var orders: [AttemptToken: TaskKey] = [:]
    /// Attempts whose results were acknowledged.
    private var recorded: [AttemptToken: TaskID] = [:]
    private var outcomes: [TaskKey: TaskResult] = [:]
    private var workflows: [WorkflowID: WorkflowRecord] = [:]
    private var lastSequence: Int64 = 0

    mutating func note(_ output: Output, durable store: Stored) throws {
        switch output {
        case .event(let event):
            guard event.sequence == lastSequence + 1 else {
                throw Violation("event \(event.sequence) was told behind event \(lastSequence)")
            }
            lastSequence = event.sequence
            try checkEvents(in: store)
        case .notify(_, .execute(let order)):
            guard let task = order.task.taskID else { throw Violation("an order without a task's id") }
            let key = TaskKey(workflowID: order.workflowID, taskID: task)
            orders[order.token] = key
            try checkOrder(order.token, key, in: store)
        case .reply(_, .success(let reply)): try note(reply, durable: store)
        case .reply(_, .failure), .notify, .live, .log, .subscribe, .unsubscribe, .escalate, .policyRegistered,
            .policyUnregistered:
            break
        }
    }

    private mutating func note(_ reply: Reply, durable store: Stored) throws {
        switch reply {
        case .repeated(_, let reply): try note(reply, durable: store)
        case .accepted(let id):
            accepted.insert(TaskKey(taskID: id))
            try checkAccepted(TaskKey(taskID: id), in: store)
        case .result(let result):
            let key = TaskKey(workflowID: result.workflowID, taskID: result.taskID)
            outcomes[key] = result
            try check(result, of: key, in: store)
        case .workflowState(let state), .workflowStarted(let state), .retried(let state), .workflow(let state):
            workflows[state.record.workflowID] = state.record
            try check(state.record, in: store)
        case .task(let task):
            accepted.insert(task.record.key)
            try checkAccepted(task.record.key, in: store)
        case .empty, .hello, .status, .accounts, .phases, .metrics, .registered, .unregistered, .agent, .agents, .tasks,
            .taskLog, .matches, .cancelled, .recorded, .returned, .workflows, .validation, .gate, .subscribed,
            .policies, .policy,
            .policyResults,
            .deadLetters, .redriven, .discarded, .breakers, .breaker, .delivered, .busMessage, .backup:
            break
        }
    }

    mutating func noteRecorded(_ result: TaskCompletion, durable store: Stored) throws {
        recorded[result.token] = result.taskID
        try checkRecorded(result.token, result.taskID, in: store)
    }

    /// After a recovery all that was told is still so; of what was durable and not told, subscribers read themselves.
    mutating func recovered(_ store: Stored) throws {
        try check(in: store)
        lastSequence = store.events.last?.sequence ?? 0
    }

    private func check(in store: Stored) throws {
        try checkEvents(in: store)
        for key in accepted { try checkAccepted(key, in: store) }
        for (token, key) in orders { try checkOrder(token, key, in: store) }
        for (token, id) in recorded { try checkRecorded(token, id, in: store) }
        for (key, result) in outcomes { try check(result, of: key, in: store) }
        for record in workflows.values { try check(record, in: store) }
    }

    private func checkEvents(in store: Stored) throws {
        guard store.events.last?.sequence ?? 0 >= lastSequence else {
            throw Violation("event \(lastSequence) was told, and is not durable")
        }
    }

    private func checkAccepted(_ key: TaskKey, in store: Stored) throws {
        guard store.task(key) != nil else { throw Violation("task \(key) was acknowledged, and is not durable") }
    }

    private func checkOrder(_ token: AttemptToken, _ key: TaskKey, in store: Stored) throws {
        guard store.task(key)?.attempts.contains(where: { $0.token == token }) == true else {
            throw Violation("an attempt of \(key) was ordered, and is not durable")
        }
    }

    private func checkRecorded(_ token: AttemptToken, _ id: TaskID, in store: Stored) throws {
        let attempt = store.task(id, attempt: token)?.attempts.first { $0.token == token }
        guard attempt?.isAnswered == true else {
            throw Violation("a result of \(id) was acknowledged, and is not durable")
        }
    }

    private func check(_ result: TaskResult, of key: TaskKey, in store: Stored) throws {
        guard let record = store.task(key), record.iteration >= result.iteration,
            record.iteration > result.iteration || record.status == result.status
        else { throw Violation("the result of \(key) was told, and is not durable") }
    }

    private func check(_ told: WorkflowRecord, in store: Stored) throws {
        guard let record = store.workflow(told.workflowID), record.iteration >= told.iteration,
            record.feedbackCount >= told.feedbackCount,
            record.iteration > told.iteration || !told.status.isTerminal || record.status == told.status
        else { throw Violation("workflow \(told.workflowID) was told further on than it is durable") }
    }
}
