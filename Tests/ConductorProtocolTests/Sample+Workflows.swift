import ConductorJSON
import ConductorModel
import ConductorProtocol

extension Sample {
    private static func record(_ definition: WorkflowDefinition) -> WorkflowRecord {
        WorkflowRecord(
            workflowID: id("w"), definition: definition, inputs: .emptyObject, ownerUID: 1, startedAt: time)
    }

    static let newWorkflow = WorkflowState(record: record(WorkflowDefinition(name: "w")), taskResults: [])

    static var workflow: WorkflowState {
        var definition = WorkflowDefinition(name: "Ship it")
        definition.workflowID = id("w")
        definition.description = "To the end"
        definition.phases = [.development, .monitoring]
        var unscheduled = TaskDefinition(name: "d", assignedTo: .devops)
        unscheduled.taskID = id("d")
        definition.tasks = [Self.definition, unscheduled]
        definition.parallelism = 4
        definition.whenBusy = .fail
        definition.queueTimeout = .seconds(60)
        definition.agentWait = .seconds(5)
        definition.maxFeedbackLoops = 1
        definition.gate = WorkflowDefinition.Gate(requiredSuccessRate: 0.75)
        definition.onGateBlocked = .approve
        definition.outputs = [
            OutputDefinition(name: "n", template: "${{ tasks.t.output_data.n }}"),
            OutputDefinition(name: "url", template: "http://${{ tasks.t.output_data.host }}"),
        ]
        definition.metadata = json(#"{"team":"x"}"#)
        var record = record(definition)
        record.stage = .ended(.failed, at: later)
        record.isPaused = true
        record.currentPhase = .monitoring
        var run = PhaseRun(phase: .development, startedAt: time, iteration: 1)
        run.taskCount = 3
        run.completedCount = 1
        run.failedCount = 2
        run.ending = PhaseRun.Ending(completedAt: later, result: .failed)
        record.phaseHistory = [run, PhaseRun(phase: .monitoring, startedAt: later, iteration: 1)]
        record.errorLog = [
            ErrorLogEntry(timestamp: time, taskID: task, error: "e", errorCode: "C", errorType: "T", iteration: 1),
            ErrorLogEntry(timestamp: time, taskID: nil, error: "e", errorCode: "C", errorType: "T", iteration: 0),
        ]
        record.feedbackCount = 2
        record.feedback = [feedback, feedback]
        record.outputs = WorkflowOutputs(
            values: json(#"{"n":1.50}"#), missing: [.init(name: "url", reason: "task t has no output host")])
        record.completedTaskCount = 5
        record.failedTaskCount = 6
        return WorkflowState(record: record, taskResults: [result, shortResult])
    }

    /// Too large for its outputs.
    static var largeWorkflow: WorkflowState {
        var state = workflow
        for index in state.taskResults.indices {
            state.taskResults[index].outputData = json(#"{"x":"\#(String(repeating: "x", count: 600_000))"}"#)
        }
        return state
    }

    static func snapshot(ofAll: Bool = false) -> EventSnapshot {
        var snapshot = EventSnapshot()
        if ofAll {
            snapshot.counts = counts
            snapshot.counts?.events = 0
        } else {
            snapshot.agent = .unknown
            snapshot.task = .found(TaskDetails(waiting))
            snapshot.workflow = .found(WorkflowView(workflow))
        }
        return snapshot
    }

    static let denial = PolicyResult(allowed: false, policyName: "PhaseGatePolicy", reason: "too few")

    static let policies: [Policy] = [
        .agentAvailability, .taskTimeout(standard: .seconds(10), maximum: .seconds(20)),
        .maxConcurrentTasks(limit: 3), .phaseGate(requiredSuccessRate: 0.5),
    ]

    static let letter = DeadLetter(
        id: id("d"), key: TaskKey(workflowID: id("w"), taskID: task), agentID: id("coder"), errorCode: "E",
        errorMessage: "m", attempt: 2, timestamp: time, task: json(#"{"name":"t"}"#))

    static let breakers = [
        Breaker(agentID: id("a"), state: .closed(failures: 2)),
        Breaker(agentID: id("b"), state: .open(at: time, failures: 5)),
        Breaker(agentID: id("c"), state: .halfOpen(openedAt: time, failures: 5, successes: 1)),
    ]

    static var message: BusMessage {
        var message = BusMessage(.statusUpdate, from: "s")
        message.messageID = "m"
        message.recipientID = "r"
        message.payload = json(#"{"n":1.50}"#)
        message.correlationID = "c"
        message.priority = .high
        message.timestamp = time
        message.timeToLive = .milliseconds(5500)
        message.metadata = json(#"{"k":1}"#)
        return message
    }

    static var assignment: TaskAssignment {
        TaskAssignment(
            task: definition, attempt: 2, token: token, timeout: .milliseconds(1500), deadline: later,
            workflowID: id("w"), phase: .development, feedback: feedback.jsonText)
    }

    static let event = EventRecord(
        sequence: 9, timestamp: time, kind: .taskStarted, workflowID: id("w"), taskID: task, agentID: id("coder"),
        attempt: 1, phase: .devops, data: json(#"{"k":1.0}"#))

    static let liveEvent = LiveEvent(
        timestamp: time, key: TaskKey(workflowID: id("w"), taskID: task), agentID: id("coder"), attempt: 3,
        content: .log(stream: "stderr", line: "l"))
}
