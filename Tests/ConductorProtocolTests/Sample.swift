import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Values with every member that they may have, and with as few as they can.
enum Sample {
    static let time = Timestamp(microseconds: 1_769_860_800_000_001)
    static let later = Timestamp(microseconds: 1_769_860_801_500_000)
    static let task = id("build", TaskKind.self)
    static let token = AttemptToken(high: 1, low: 2)

    static func id<Kind>(_ text: String, _: Kind.Type = Kind.self) -> Identifier<Kind> {
        guard let id = Identifier<Kind>(text) else { preconditionFailure("\(text) is no id") }
        return id
    }

    static func json(_ text: String) -> JSONText {
        JSONText(restoring: Array(text.utf8))
    }

    static var limits: Limits {
        var limits = Limits()
        limits.maxFrameBytes = 1
        limits.frameTimeout = .milliseconds(500)
        limits.maxListedTasksPerAgent = 2
        return limits
    }

    static let process = StatusReport.Process(
        version: "1", pid: 7, uptime: .milliseconds(1500), startedAt: time, storePath: "/s", storeBytes: 1 << 40,
        connections: 2)

    static var counts: StatusCounts {
        var counts = StatusCounts()
        counts.events = 5
        counts.agents = [.idle: 2]
        counts.tasks = [.inProgress: 1, .completed: 9]
        counts.workflows = [.cancelled: 3]
        counts.queued = 4
        counts.deadLetters = 6
        return counts
    }

    static let metrics = MetricsReport(families: [
        .init("up", "Is it.", .gauge, [.init(1.5)]),
        .init("tasks", "How many.", .counter, [.init(2, label: ("status", "failed"))]),
    ])

    static let newAgent = AgentState(
        agentID: id("new"), agentType: .testData, capacity: 1, status: .idle, ownerUID: 1, pid: 2, at: time)

    static var agent: AgentState {
        var agent = AgentState(
            agentID: id("coder"), agentType: .coding, capacity: 3, status: .running, ownerUID: 1, pid: 2, at: time)
        agent.running = [task]
        agent.name = "Coder"
        agent.version = "2"
        agent.description = "d"
        agent.isPaused = true
        agent.isDraining = true
        agent.breaker = .halfOpen
        agent.completedTasks = [id("a"), id("b")]
        agent.failedTasks = [id("c")]
        agent.completedCount = 2
        agent.failedCount = 1
        agent.errorCount = 4
        agent.metadata = json(#"{"z":1.0,"a":[]}"#)
        return agent
    }

    static let feedback = Feedback(
        severity: .error, findings: json(#"["slow"]"#), recommendations: json(#"[{"to":"do"}]"#),
        sourceAgentID: id("watcher"), affectedTaskIDs: [task], metrics: json(#"{"p99":1.0e3}"#))

    static let result = TaskResult(
        taskID: task, workflowID: id("w"), agentID: id("coder"), status: .failed, outputData: json(#"{"n":1.50}"#),
        errorMessage: "m", errorCode: "E", attempt: 2, iteration: 1, startedAt: time, completedAt: later,
        duration: later - time, metadata: json(#"{"k":null}"#), feedback: feedback)

    static let shortResult = TaskResult(
        taskID: id("t"), agentID: .coordinator, status: .cancelled, attempt: 0, iteration: 0, startedAt: nil,
        completedAt: later, duration: .zero)

    static var definition: TaskDefinition {
        var definition = TaskDefinition(name: "Build it", assignedTo: .coding)
        definition.taskID = task
        definition.description = "All of it"
        definition.priority = .high
        definition.inputData = json(#"{"b":1.50,"a":[]}"#)
        definition.timeout = .milliseconds(90_500)
        definition.needs = [id("plan"), id("an.id")]
        definition.retry = RetryPolicy()
        definition.metadata = json(#"{"k":1}"#)
        definition.createdAt = time
        return definition
    }

    static var ended: TaskView {
        var record = TaskRecord(
            key: TaskKey(workflowID: id("w"), taskID: task), definition: definition, ownerUID: 1, createdAt: time,
            stage: .ended(TaskRecord.Outcome(result: result)), queueTimeout: .seconds(5))
        record.attempts = [
            Attempt(number: 1, iteration: 1, token: token, agentID: id("coder"), startedAt: time)
        ]
        record.iteration = 1
        record.resolvedInput = json(#"{"b":2}"#)
        return TaskView(record)
    }

    static func log(last: Int) -> TaskLog {
        let lines = [
            LogLine(number: 1, timestamp: time, stream: "stdout", text: "a \"b\""),
            LogLine(number: 2, timestamp: later, stream: "stderr", text: ""),
        ]
        return TaskLog(
            key: TaskKey(workflowID: id("w"), taskID: task), attempt: 2, lines: lines, last: last,
            isComplete: last == 2)
    }

    static let waiting = TaskView(
        TaskRecord(
            key: TaskKey(taskID: id("t")), definition: TaskDefinition(name: "t", assignedTo: nil), ownerUID: 1,
            createdAt: time, stage: .planned, queueTimeout: .zero),
        wait: TaskWait(.noAgent, "no agent", until: later))
}
