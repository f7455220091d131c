import ConductorJSON
import ConductorModel
import Testing

@Suite("Policies")
struct PolicyTests {
    @Test(
        "a policy without parameters takes those of the protocol",
        arguments: [
            (Policy.Kind.maxConcurrentTasks, #"{"max_tasks":5}"#),
            (.taskTimeout, #"{"default_timeout_seconds":300,"max_timeout_seconds":3600}"#),
            (.agentAvailability, "{}"), (.phaseGate, #"{"required_success_rate":0.8}"#),
        ])
    func defaults(kind: Policy.Kind, parameters: String) throws {
        let policy = try Policy(kind: kind, parameters: nil)
        #expect(policy.kind == kind)
        #expect(policy.jsonText.string.hasPrefix(#"{"kind":"\#(kind.rawValue)","parameters":\#(parameters),"descr"#))
        #expect(try Policy(json: policy.jsonText.parsed()) == policy)
    }

    @Test(
        "parameters out of their range, or of another kind, are named",
        arguments: [
            (#"{"kind":"MaxConcurrentTasksPolicy","parameters":{"max_tasks":-1}}"#, "parameters.max_tasks"),
            (#"{"kind":"MaxConcurrentTasksPolicy","parameters":{"max_tasks":1000001}}"#, "parameters.max_tasks"),
            (
                #"{"kind":"PhaseGatePolicy","parameters":{"required_success_rate":1.1}}"#,
                "parameters.required_success_rate"
            ),
            (#"{"kind":"AgentAvailabilityPolicy","parameters":{"max_tasks":1}}"#, "parameters.max_tasks"),
            (#"{"kind":"AgentAvailabilityPolicy","parameters":[]}"#, "parameters"),
            (#"{"kind":"Nope"}"#, "kind"),
        ])
    func refused(text: String, field: String) throws {
        #expect(try fieldError(reading: Policy.self, text)?.field == field)
    }
}

@Suite("Event filter")
struct EventFilterTests {
    @Test("an event matches where all that the filter names is the same")
    func matching() throws {
        let event = EventRecord(
            sequence: 1, timestamp: noon, kind: .taskStarted, workflowID: WorkflowID("w"), taskID: TaskID("t"),
            agentID: AgentID("a"))
        #expect(EventFilter().matches(event))
        #expect(EventFilter(workflowID: WorkflowID("w"), taskID: TaskID("t"), agentID: AgentID("a")).matches(event))
        #expect(EventFilter(kinds: ["task.log", "task.started"]).matches(event))
        #expect(!EventFilter(workflowID: WorkflowID("x")).matches(event))
        #expect(!EventFilter(taskID: TaskID("x")).matches(event))
        #expect(!EventFilter(agentID: AgentID("x")).matches(event))
        #expect(!EventFilter(kinds: ["task.failed"]).matches(event))
        #expect(!EventFilter(kinds: []).matches(event))
    }
}

@Suite("Feedback")
struct FeedbackTests {
    @Test("is kept as far as there is room; of the rest its severity and source, marked")
    func kept() throws {
        var found = Feedback(severity: .error, findings: try JSONText(parsing: "[1]"), sourceAgentID: AgentID("m"))
        found.affectedTaskIDs = [try #require(TaskID("t"))]
        let bytes = found.contentBytes
        #expect([found, found].kept(within: 2 * bytes).map(\.omitsContent) == [false, false])
        let kept = [found, found].kept(within: 2 * bytes - 1)
        #expect(kept.map(\.omitsContent) == [false, true])
        let read = try [Feedback](json: kept.jsonText.parsed())[1]
        #expect(read.omitsContent && read.severity == .error && read.sourceAgentID == found.sourceAgentID)
        #expect(read.findings.string == "[]" && read.affectedTaskIDs.isEmpty)
    }

    @Test("that is sent has a bounded list of tasks", arguments: [0, 1])
    func sent(more: Int) throws {
        // Each takes 128 bytes with its quotes and comma.
        let ids = (0..<Limits.valueBytes / 128 + more).map { number in
            #""\#(String(repeating: "x", count: 118))\#(1_000_000 + number)""#
        }
        let json = try JSONText(parsing: #"{"feedback":{"affected_task_ids":[\#(ids.joined(separator: ","))]}}"#)
        var fields = try JSONFields(json.parsed())
        if more == 0 {
            #expect(try fields.sentFeedback()?.affectedTaskIDs.count == ids.count)
        } else {
            let error = #expect(throws: JSONFieldError.self) { _ = try fields.sentFeedback() }
            #expect(error?.field == "feedback.affected_task_ids")
        }
    }

    @Test("without a word it is empty and for information")
    func defaults() throws {
        #expect(
            try Feedback(json: parse("{}")).jsonText.string == """
                {"source_agent_id":null,"findings":[],"severity":"info","recommendations":[],"affected_task_ids":[],\
                "metrics":{}}
                """)
    }

    @Test("one stands for itself, several as a list, none not at all")
    func shown() {
        let one = Feedback(severity: .error)
        #expect([Feedback]().shown == nil)
        #expect([one].shown == one.jsonText)
        #expect([one, one].shown == [one, one].jsonText)
    }
}
