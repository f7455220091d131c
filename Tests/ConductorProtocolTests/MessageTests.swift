import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

/// The exact texts of what the daemon says, member by member as the protocol lists them.
@Suite("Messages")
struct MessageTests {
    private let time = Timestamp(microseconds: 1_769_860_800_000_001)
    private let token = AttemptToken(high: 1, low: 0xABC)

    @Test("a reply carries the id and the result")
    func reply() {
        #expect(text(Message.reply(.empty, id: .integer(1))) == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
        #expect(
            text(Message.reply(.cancelled(true), id: .string("a\"b")))
                == #"{"jsonrpc":"2.0","id":"a\"b","result":{"cancelled":true}}"#)
    }

    @Test("an error has its number, its message, and its stable code with details")
    func error() {
        #expect(
            text(Message.refusal(.quotaExceeded("max_agents", limit: 2), id: .integer(1))) == """
                {"jsonrpc":"2.0","id":1,"error":{"code":-32011,"message":"the limit of 2 (max_agents) is reached",\
                "data":{"code":"QUOTA_EXCEEDED","retryable":true,"details":{"limit":2,"quota":"max_agents"}}}}
                """)
        #expect(
            text(Message.refusal(Refusal(.parseError, "no"), id: nil)) == """
                {"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no","data":{"code":"PARSE_ERROR",\
                "retryable":false,"details":{}}}}
                """)
        #expect(
            text(Message.refusal(.notFound(kind: "task", id: "t"), id: .integer(1))) == """
                {"jsonrpc":"2.0","id":1,"error":{"code":-32007,"message":"there is no task t","data":{"code":"NOT_FOUND",\
                "retryable":false,"details":{"id":"t","kind":"task"}}}}
                """)
    }

    @Test("an order to execute has the task with its resolved input, the attempt and its fence")
    func execute() throws {
        var task = TaskDefinition(name: "Build", assignedTo: .coding)
        task.taskID = TaskID("t")
        task.inputData = try JSONText(parsing: #"{"x":1.0}"#)
        task.timeout = .milliseconds(1500)
        let alone = TaskAssignment(
            task: task, attempt: 2, token: token, timeout: .milliseconds(1500), deadline: time, workflowID: nil,
            phase: nil, feedback: nil)
        let taskText = """
            {"task_id":"t","name":"Build","assigned_to":"coding","priority":"medium","input_data":{"x":1.0},\
            "timeout_seconds":1.5,"needs":[],"metadata":{}}
            """
        let fence = #""attempt":2,"token":"00000000000000010000000000000abc","timeout_seconds":1.5"#
        #expect(
            text(Message.notification(.execute(alone))) == """
                {"jsonrpc":"2.0","method":"task.execute","params":{"task":\(taskText),\(fence),\
                "deadline":"2026-01-31T12:00:00.000001Z"}}
                """)
        var inWorkflow = alone
        inWorkflow.workflowID = WorkflowID("w")
        inWorkflow.phase = .development
        inWorkflow.feedback = Feedback(severity: .error).jsonText
        #expect(
            text(Message.notification(.execute(inWorkflow))) == """
                {"jsonrpc":"2.0","method":"task.execute","params":{"task":\(taskText),\(fence),\
                "deadline":"2026-01-31T12:00:00.000001Z","workflow_id":"w","phase":"development",\
                "feedback":{"source_agent_id":null,"findings":[],"severity":"error","recommendations":[],\
                "affected_task_ids":[],"metrics":{}}}}
                """)
        let read = try TaskAssignment(json: inWorkflow.jsonText.parsed())
        #expect(read.jsonText == inWorkflow.jsonText)
    }

    @Test("an order to cancel names the attempt and the reason")
    func cancel() throws {
        let id = try #require(TaskID("t"))
        #expect(
            text(Message.notification(.cancel(taskID: id, workflowID: nil, attempt: 1, reason: "timeout"))) == """
                {"jsonrpc":"2.0","method":"task.cancel","params":{"task_id":"t","attempt":1,"reason":"timeout"}}
                """)
        let notification = Notification.cancel(
            taskID: id, workflowID: WorkflowID("w"), attempt: 1, reason: "timeout")
        #expect(
            text(Message.notification(notification)) == """
                {"jsonrpc":"2.0","method":"task.cancel","params":{"task_id":"t","workflow_id":"w","attempt":1,\
                "reason":"timeout"}}
                """)
    }

    @Test("an event has its number, what it is about, and its data")
    func event() throws {
        let event = EventRecord(
            sequence: 9, timestamp: time, kind: .taskStarted, workflowID: WorkflowID("w"), taskID: TaskID("t"),
            agentID: AgentID("a"), attempt: 1, phase: .devops, data: try JSONText(parsing: #"{"k":1.0}"#))
        #expect(
            text(Message.notification(.event(subscription: "s", event.jsonText))) == """
                {"jsonrpc":"2.0","method":"event","params":{"subscription":"s","event":{"sequence":9,\
                "timestamp":"2026-01-31T12:00:00.000001Z","kind":"task.started","workflow_id":"w","task_id":"t",\
                "agent_id":"a","attempt":1,"phase":"devops","data":{"k":1.0}}}}
                """)
        #expect(
            text(Message.notification(.event(subscription: "s", event.jsonText, leftOut: 2))).hasSuffix(
                #""data":{"k":1.0}},"left_out":2}}"#))
        #expect(try EventRecord(json: event.jsonText.parsed()).jsonText == event.jsonText)
        let bare = EventRecord(sequence: 1, timestamp: time, kind: .policyViolated)
        #expect(
            bare.jsonText.string == """
                {"sequence":1,"timestamp":"2026-01-31T12:00:00.000001Z","kind":"policy.violated","data":{}}
                """)
    }

    @Test("a live event has no number")
    func liveEvent() throws {
        func event(_ content: LiveEvent.Content) throws -> String {
            let key = TaskKey(workflowID: WorkflowID("w"), taskID: try #require(TaskID("t")))
            let event = LiveEvent(
                timestamp: time, key: key, agentID: try #require(AgentID("a")), attempt: 3, content: content)
            return text(Message.notification(.event(subscription: "s", event.jsonText)))
        }
        func expected(_ kind: String, _ data: String) -> String {
            """
            {"jsonrpc":"2.0","method":"event","params":{"subscription":"s","event":{\
            "timestamp":"2026-01-31T12:00:00.000001Z","kind":"\(kind)","workflow_id":"w","task_id":"t",\
            "agent_id":"a","attempt":3,"data":\(data)}}}
            """
        }
        #expect(
            try event(.progress(percent: 12.5, message: "m"))
                == expected(
                    "task.progress", #"{"percent":12.5,"message":"m"}"#))
        #expect(try event(.progress(percent: nil, message: nil)) == expected("task.progress", "{}"))
        #expect(
            try event(.log(stream: "stderr", line: "l")) == expected("task.log", #"{"stream":"stderr","line":"l"}"#))
    }

    @Test("the daemon says that it stops")
    func stopping() {
        #expect(
            text(Message.notification(.stopping)) == #"{"jsonrpc":"2.0","method":"daemon.stopping","params":{}}"#)
    }

    @Test(
        "a report of an agent is read as it was written",
        arguments: [
            AttemptReport.Content.progress(percent: 50, message: "half"), .progress(percent: nil, message: nil),
            .log(stream: "stdout", line: "l"),
        ])
    func report(content: AttemptReport.Content) throws {
        let report = AttemptReport(taskID: try #require(TaskID("t")), attempt: 2, token: token, content: content)
        var connection = ServerConnection(limits: Limits())
        guard case .report(let read)? = connection.steps(after: frame(Message.report(report))).first else {
            Issue.record("no report")
            return
        }
        #expect(Message.report(read) == Message.report(report))
        #expect(
            text(Message.report(read)).hasPrefix(#"{"jsonrpc":"2.0","method":"\#(report.method)","params":{"task_id""#))
    }

    @Test("a request may be written from a method's name and a text")
    func rawRequest() throws {
        let params = try JSONText(parsing: #"{ "a":1.0 }"#)
        #expect(
            text(Message.request(method: "x.y", params: params, id: .integer(1)))
                == #"{"jsonrpc":"2.0","id":1,"method":"x.y","params":{ "a":1.0 }}"#)
    }
}

func text(_ body: [UInt8]) -> String {
    String(decoding: body, as: UTF8.self)
}
