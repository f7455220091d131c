import ConductorModel
import ConductorProtocol
import Testing

/// The parameters of a method, with every member that it defines and with only those that it requires.
struct MethodSample: Sendable, CustomTestStringConvertible {
    /// Its name on the wire.
    let method: String
    let full: String
    let minimal: String
    /// Members that are required where what contains them is not.
    let requiredWithin: [String]

    init(_ method: String, full: String, minimal: String = "{}", requiredWithin: [String] = []) {
        self.method = method
        self.full = full
        self.minimal = minimal
        self.requiredWithin = requiredWithin
    }

    var testDescription: String { method }

    /// Members that may hold anything of their kind: what lies inside is not looked at.
    static let opaque: Set<String> = [
        "input_data", "output_data", "metadata", "inputs", "metrics", "findings", "recommendations",
        "payload",
    ]
    /// Members that are text for people, or names of which none is wrong.
    static let free: Set<String> = [
        "name", "description", "version", "reason", "error_message", "error_code", "subscription", "policy_name",
        "request_key", "comment", "channel", "reference", "message_id", "sender_id", "recipient_id", "correlation_id",
    ]
}

private let token = "00112233445566778899aabbccddeeff"

private let task = """
    {"task_id":"build","name":"Build it","description":"All of it","assigned_to":"coding","priority":"high",\
    "input_data":{"b":1.50,"a":[]},"timeout_seconds":90.5,"needs":["plan","an.id"],"retry":{"max_retries":5,\
    "initial_delay_seconds":0.5,"max_delay_seconds":30,"backoff_multiplier":1.5,"retryable_errors":["FLAKY"]},\
    "metadata":{"k":null},"created_at":"2026-01-31T12:00:00.000001Z"}
    """

private let feedback = """
    {"source_agent_id":"watcher","findings":[{"slow":true},"really"],"severity":"error","recommendations":["faster"],\
    "affected_task_ids":["build","test"],"metrics":{"p99":1.0e3}}
    """

private let definition = """
    {"workflow_id":"w-1","name":"Ship it","description":"To the end","phases":["devops","monitoring"],\
    "tasks":[{"name":"a","assigned_to":"devops","task_id":"a","priority":"low","input_data":{},"timeout_seconds":1,\
    "needs":[],"metadata":{}},\(task)],"parallelism":4,"when_busy":"fail","queue_timeout_seconds":60,"agent_wait_seconds":5,\
    "max_feedback_loops":1,"gate":{"required_success_rate":0.75},"on_gate_blocked":"approve","metadata":{"team":"x"}}
    """

private let message = """
    {"message_id":"m","message_type":"status_update","sender_id":"s","recipient_id":"r","payload":{"n":1.50},\
    "correlation_id":"c","priority":"high","timestamp":"2026-01-31T12:00:00.000001Z","ttl_seconds":5.5,\
    "metadata":{"k":1}}
    """
private let shortMessage = #"{"message_type":"control","sender_id":"s"}"#

/// Every method once.
let methodSamples = [
    MethodSample("hello", full: #"{"client":{"name":"shell","version":"1.2"},"protocol":1}"#),
    MethodSample("ping", full: "{}"),
    MethodSample("status.get", full: "{}"),
    MethodSample("account.list", full: "{}"),
    MethodSample("phase.list", full: "{}"),
    MethodSample("metrics.get", full: #"{"format":"json"}"#, minimal: #"{"format":"prometheus"}"#),
    MethodSample(
        "agent.register",
        full: """
            {"agent_id":"coder-1","agent_type":"test_data","capacity":3,"labels":["a=b","gpu"],"name":"Coder","version":"2","description":"d",\
            "metadata":{"z":1,"a":2},"running":[{"task_id":"t","attempt":2,"token":"\(token)"}],"draining":true}
            """,
        minimal: #"{"agent_id":"a","agent_type":"coding"}"#,
        requiredWithin: ["running[0].task_id", "running[0].attempt", "running[0].token"]),
    MethodSample("agent.unregister", full: #"{"agent_id":"a"}"#, minimal: #"{"agent_id":"a"}"#),
    MethodSample("agent.heartbeat", full: #"{"agent_id":"a"}"#, minimal: #"{"agent_id":"a"}"#),
    MethodSample("agent.get", full: #"{"agent_id":"a"}"#, minimal: #"{"agent_id":"a"}"#),
    MethodSample("agent.list", full: #"{"agent_type":"monitor","available":true,"limit":10,"after":"a"}"#),
    MethodSample("agent.pause", full: #"{"agent_id":"a"}"#, minimal: #"{"agent_id":"a"}"#),
    MethodSample("agent.resume", full: #"{"agent_id":"a"}"#, minimal: #"{"agent_id":"a"}"#),
    MethodSample("agent.drain", full: #"{"agent_id":"a"}"#, minimal: #"{"agent_id":"a"}"#),
    MethodSample(
        "task.dispatch", full: #"{"task":\#(task),"when_busy":"queue","queue_timeout_seconds":5,"detach":true}"#,
        minimal: #"{"task":{"name":"t"}}"#),
    MethodSample("task.get", full: #"{"task_id":"t","workflow_id":"w"}"#, minimal: #"{"task_id":"t"}"#),
    MethodSample(
        "task.list",
        full: #"{"status":"in_progress","agent_type":"test","workflow_id":"w","limit":7,"cursor":"123"}"#),
    MethodSample(
        "task.read_log", full: #"{"task_id":"t","workflow_id":"w","attempt":2,"after":40,"limit":7}"#,
        minimal: #"{"task_id":"t"}"#),
    MethodSample(
        "task.cancel", full: #"{"task_id":"t","workflow_id":"w","reason":"late"}"#, minimal: #"{"task_id":"t"}"#),
    MethodSample(
        "task.complete",
        full: """
            {"task_id":"t","attempt":2,"token":"\(token)","status":"rejected","output_data":{"n":1e2},\
            "error_message":"m","error_code":"E","feedback":\(feedback),"metadata":{"k":1}}
            """,
        minimal: #"{"task_id":"t","attempt":1,"token":"\#(token)","status":"completed"}"#),
    MethodSample(
        "task.return", full: #"{"task_id":"t","attempt":2,"token":"\#(token)"}"#,
        minimal: #"{"task_id":"t","attempt":2,"token":"\#(token)"}"#),
    MethodSample(
        "work.resolve", full: #"{"reference":"release#41"}"#, minimal: #"{"reference":"release#41"}"#),
    MethodSample(
        "workflow.run", full: #"{"definition":\#(definition),"inputs":{"x":[1.0]},"detach":true}"#,
        minimal: #"{"definition":{"name":"w"}}"#,
        requiredWithin: [
            "definition.tasks[0].name", "definition.tasks[1].name", "definition.gate.required_success_rate",
        ]),
    MethodSample("workflow.validate", full: #"{"definition":{"any":["thing"]}}"#, minimal: #"{"definition":7}"#),
    MethodSample("workflow.get", full: #"{"workflow_id":"w"}"#, minimal: #"{"workflow_id":"w"}"#),
    MethodSample("workflow.list", full: #"{"status":"failed","limit":1,"cursor":"9"}"#),
    MethodSample("workflow.cancel", full: #"{"workflow_id":"w","reason":"late"}"#, minimal: #"{"workflow_id":"w"}"#),
    MethodSample(
        "workflow.feedback",
        full: #"{"workflow_id":"w","feedback":\#(feedback),"through":"all","detach":true,"request_key":"k"}"#,
        minimal: #"{"workflow_id":"w","feedback":{}}"#),
    MethodSample("workflow.check_gate", full: #"{"workflow_id":"w"}"#, minimal: #"{"workflow_id":"w"}"#),
    MethodSample("workflow.pause", full: #"{"workflow_id":"w"}"#, minimal: #"{"workflow_id":"w"}"#),
    MethodSample("workflow.resume", full: #"{"workflow_id":"w"}"#, minimal: #"{"workflow_id":"w"}"#),
    MethodSample(
        "workflow.approve",
        full: """
            {"workflow_id":"w","approve":true,"comment":"go","accept_failures":true,"request_key":"k"}
            """,
        minimal: #"{"workflow_id":"w","approve":false}"#),
    MethodSample(
        "workflow.retry", full: #"{"workflow_id":"w","only_failed":false,"request_key":"k"}"#,
        minimal: #"{"workflow_id":"w"}"#),
    MethodSample(
        "event.subscribe",
        full: """
            {"workflow_id":"w","task_id":"t","agent_id":"a","kinds":["task.started","task.log"],"after_sequence":4}
            """),
    MethodSample("event.unsubscribe", full: #"{"subscription":"s"}"#, minimal: #"{"subscription":"s"}"#),
    MethodSample("policy.list", full: "{}"),
    MethodSample(
        "policy.register",
        full: """
            {"kind":"TaskTimeoutPolicy","parameters":{"default_timeout_seconds":10,"max_timeout_seconds":20}}
            """,
        minimal: #"{"kind":"AgentAvailabilityPolicy"}"#),
    MethodSample("policy.unregister", full: #"{"policy_name":"p"}"#, minimal: #"{"policy_name":"p"}"#),
    MethodSample(
        "policy.evaluate", full: #"{"task":\#(task),"agent_id":"a","workflow_id":"w"}"#,
        requiredWithin: ["task.name"]),
    MethodSample("dead_letter.list", full: #"{"limit":7,"cursor":"123"}"#),
    MethodSample(
        "dead_letter.redrive", full: #"{"dead_letter_id":"d","request_key":"k"}"#, minimal: #"{"dead_letter_id":"d"}"#),
    MethodSample("dead_letter.discard", full: #"{"dead_letter_id":"d"}"#, minimal: #"{"dead_letter_id":"d"}"#),
    MethodSample("breaker.list", full: "{}"),
    MethodSample("breaker.reset", full: #"{"agent_id":"a"}"#, minimal: #"{"agent_id":"a"}"#),
    MethodSample(
        "bus.publish", full: #"{"channel":"news","message":\#(message)}"#,
        minimal: #"{"channel":"news","message":\#(shortMessage)}"#),
    MethodSample("bus.subscribe", full: #"{"channel":"news"}"#, minimal: #"{"channel":"news"}"#),
    MethodSample("bus.unsubscribe", full: #"{"channel":"news"}"#, minimal: #"{"channel":"news"}"#),
    MethodSample(
        "bus.request", full: #"{"channel":"news","message":\#(message),"timeout_seconds":2.5}"#,
        minimal: #"{"channel":"news","message":\#(shortMessage)}"#),
    MethodSample("store.backup", full: "{}"),
]
