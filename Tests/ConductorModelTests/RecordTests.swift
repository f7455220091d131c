import ConductorJSON
import ConductorModel
import Testing

@Suite("Records")
struct RecordTests {
    @Test("a task is restored from what was stored of it, at every stage", arguments: 0..<6)
    func task(stage index: Int) throws {
        var found = try result(status: .failed)
        found.feedback = Feedback(severity: .error)
        let stages: [TaskRecord.Stage] = [
            .planned, .queued(since: noon, until: noon + .seconds(9)), .running(deadline: noon), .retrying(at: noon),
            .ended(TaskRecord.Outcome(result: try result())),
            .ended(TaskRecord.Outcome(result: found, refusal: .agentLost)),
        ]
        let definition = try TaskDefinition(json: parse(#"{"name":"t","input_data":{"x":1.0}}"#))
        var record = TaskRecord(
            key: TaskKey(workflowID: try workflowID("w"), taskID: try taskID("t")), definition: definition,
            ownerUID: .max, createdAt: noon, stage: stages[index], queueTimeout: .microseconds(290_001))
        var attempt = Attempt(
            number: 2, iteration: 1, token: AttemptToken(high: 1, low: 2), agentID: try agentID("a"), startedAt: noon)
        attempt.isAnswered = true
        attempt.ending = AttemptEnding(.rejected, at: noon, duration: .milliseconds(1500))
        attempt.ending?.errorMessage = "not mine"
        attempt.ending?.feedback = Feedback(severity: .error)
        record.attempts = [attempt]
        record.iteration = 1
        record.failedAttempts = 3
        record.returns = index
        record.resolvedInput = index == 0 ? nil : try JSONText(parsing: #"{"y":2.0}"#)
        let restored = try TaskRecord(key: record.key, definition: definition.source, progress: record.progress)
        #expect(restored.progress == record.progress)
        #expect(restored.status == record.status)
        #expect(restored.isRunning == record.isRunning)
        #expect(restored.input == record.input)
        #expect(restored.ownerUID == .max)
        #expect(restored.attempts.map(\.jsonText) == [attempt.jsonText])
        #expect(restored.queueTimeout == .microseconds(290_001))
        #expect(restored.outcome?.refusal == record.outcome?.refusal)
        #expect(restored.outcome?.result.feedback?.severity == record.outcome?.result.feedback?.severity)
    }

    @Test("what older versions stored is read: findings beside the result, workflows that wait for no agent")
    func older() throws {
        let task = """
            {"owner_uid":1,"created_at":"2026-01-31T12:00:00.000000Z","attempts":[],"iteration":0,"failed_attempts":0,\
            "queue_timeout_seconds":1,"stage":{"is":"ended","result":\(try result().jsonText.string),\
            "feedback":{"severity":"critical"}}}
            """
        let record = try TaskRecord(
            key: TaskKey(taskID: try taskID("t")), definition: JSONText(parsing: #"{"name":"t"}"#),
            progress: JSONText(parsing: task))
        #expect(record.outcome?.result.feedback?.severity == .critical)
        let workflow = """
            {"owner_uid":1,"started_at":"2026-01-31T12:00:00.000000Z","stage":{"is":"running","phase":0,"last":0},\
            "paused":false,"phase_history":[],"error_log":[],"feedback_count":0,"feedback":[],"iteration":0,\
            "completed_task_count":0,"failed_task_count":0,"request_keys":[]}
            """
        let restored = try WorkflowRecord(
            workflowID: try workflowID("w"), definition: JSONText(parsing: #"{"name":"w"}"#), inputs: .emptyObject,
            progress: JSONText(parsing: workflow))
        #expect(restored.agentWait == .zero)
        #expect(restored.outputs.values == .emptyObject)
        #expect(try workflowRecord().agentWait == .seconds(10))
    }

    @Test(
        "a workflow is restored from what was stored of it, at every stage",
        arguments: [
            WorkflowRecord.Stage.running(phase: 1, last: 2), .held(phase: 0, last: 2), .ended(.failed, at: noon),
        ])
    func workflow(stage: WorkflowRecord.Stage) throws {
        var record = try workflowRecord()
        record.stage = stage
        record.isPaused = true
        record.currentPhase = .devops
        var run = PhaseRun(phase: .development, startedAt: noon, iteration: 1)
        run.ending = PhaseRun.Ending(completedAt: noon, result: .failed)
        record.phaseHistory = [run, PhaseRun(phase: .devops, startedAt: noon, iteration: 1)]
        record.errorLog = [
            ErrorLogEntry(timestamp: noon, taskID: nil, error: "e", errorCode: "C", errorType: "T", iteration: 2)
        ]
        record.feedback = [Feedback(severity: .critical), Feedback(severity: .info)]
        record.feedbackCount = 2
        record.requestKeys = ["k"]
        record.agentsAwaitedSince = [
            AgentDemand(.coding): noon, AgentDemand(.test, AgentLabels([try label("gpu"), try label("a=b")])): noon,
        ]
        record.acceptedFailures = [try taskID("t")]
        record.outputs = WorkflowOutputs(
            values: try JSONText(parsing: #"{"n":1.50}"#), missing: [.init(name: "url", reason: "is not there")])
        let restored = try WorkflowRecord(
            workflowID: record.workflowID, definition: record.definition.source, inputs: record.inputs,
            progress: record.progress)
        #expect(restored.progress == record.progress)
        #expect(restored.agentsAwaitedSince == record.agentsAwaitedSince)
        #expect(restored.stage == stage)
        #expect(restored.requestKeys == ["k"])
        #expect(restored.outputs.values.string == #"{"n":1.50}"#)
        #expect(restored.outputs.missing == record.outputs.missing)
    }

    @Test("a definition keeps the text it was read from, without the defaults")
    func source() throws {
        let task = #"{ "name":"t" , "timeout_seconds":90.50}"#
        #expect(try TaskDefinition(json: parse(task)).source.string == task)
        let workflow = #"{"tasks":[ \#(task)],"name":"w"}"#
        let definition = try WorkflowDefinition(json: parse(workflow))
        #expect(definition.source.string == workflow)
        #expect(definition.tasks.map(\.source.string) == [task])
    }

    private func label(_ text: String) throws -> AgentLabel { try #require(AgentLabel(text)) }

    private func workflowRecord() throws -> WorkflowRecord {
        WorkflowRecord(
            workflowID: try workflowID("w"), definition: try WorkflowDefinition(json: parse(#"{"name":"w"}"#)),
            inputs: .emptyObject, ownerUID: 7, startedAt: noon)
    }
}
