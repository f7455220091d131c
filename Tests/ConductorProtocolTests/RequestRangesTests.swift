import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

/// Every bound that the protocol sets to what a request says, at the bound and one beyond it.
@Suite("Request ranges")
struct RequestRangesTests {
    @Test(
        "a number may be what its range says, and nothing beyond",
        arguments: [
            Range("agent.register", "capacity", from: "1", to: "10000", not: "0", "10001", "1.5"),
            Range("task.dispatch", "task.timeout_seconds", from: "1", to: "86400", not: "0.999", "86400.001", "-1"),
            Range("task.dispatch", "task.retry.max_retries", from: "0", to: "20", not: "-1", "21", "2.0"),
            Range("task.dispatch", "task.retry.initial_delay_seconds", from: "0", to: "86400", not: "-0.1", "86401"),
            Range("task.dispatch", "task.retry.max_delay_seconds", from: "0", to: "86400", not: "-0.1", "86401"),
            Range("task.dispatch", "task.retry.backoff_multiplier", from: "1", to: "100", not: "0.99", "100.1"),
            Range("task.dispatch", "queue_timeout_seconds", from: "0", to: "604800", not: "-0.1", "604800.1"),
            Range("task.list", "limit", from: "1", to: "1000", not: "0", "1001"),
            Range("workflow.list", "limit", from: "1", to: "1000", not: "0", "1001"),
            Range("dead_letter.list", "limit", from: "1", to: "1000", not: "0", "1001"),
            Range("bus.request", "timeout_seconds", from: "0", to: "86400", not: "-0.1", "86400.1"),
            Range("bus.publish", "message.ttl_seconds", from: "0", to: "31536000", not: "-0.1", "31536000.1"),
            Range("workflow.run", "definition.parallelism", from: "1", to: "1000", not: "0", "1001"),
            Range("workflow.run", "definition.queue_timeout_seconds", from: "0", to: "604800", not: "-1", "604801"),
            Range("workflow.run", "definition.max_feedback_loops", from: "0", to: "1000", not: "-1", "1001"),
            Range("workflow.run", "definition.gate.required_success_rate", from: "0", to: "1", not: "-0.01", "1.01"),
            Range("workflow.run", "definition.tasks[1].timeout_seconds", from: "1", to: "86400", not: "0", "86401"),
            Range("workflow.run", "definition.tasks[1].retry.max_retries", from: "0", to: "20", not: "-1", "21"),
            Range(
                "event.subscribe", "after_sequence", from: "0", to: "9223372036854775807", not: "-1",
                "9223372036854775808"),
            Range("policy.register", "parameters.default_timeout_seconds", from: "1", to: "86400", not: "0", "86401"),
            Range("policy.register", "parameters.max_timeout_seconds", from: "1", to: "86401", not: "0", "86402"),
        ])
    func numbers(range: Range) throws {
        let sample = try #require(methodSamples.first { $0.method == range.method })
        let full = try Tree(parsing: sample.full)
        let path = Tree.Path(field: range.field)
        for number in range.allowed {
            let changed = full.replacing(path[...], with: .scalar(number))
            #expect(try answer(to: sample.method, changed.text).request != nil, "\(number)")
        }
        for number in range.refused {
            let changed = full.replacing(path[...], with: .scalar(number))
            let refused = try answer(to: sample.method, changed.text).refusal
            #expect(refused?.field == range.field, "\(number)")
            #expect(refused?.reason?.hasPrefix("must be ") == true)
        }
    }

    @Test("an agent names as many attempts as it may have at once, and a thousand", arguments: [1_002, 1_003])
    func running(count: Int) throws {
        let attempt = #"{"task_id":"t","attempt":1,"token":"\#(String(repeating: "0", count: 32))"}"#
        let attempts = repeatElement(attempt, count: count).joined(separator: ",")
        let answer = try answer(
            to: "agent.register", #"{"agent_id":"a","agent_type":"coding","capacity":2,"running":[\#(attempts)]}"#)
        #expect((answer.request != nil) == (count == 1_002))
        #expect(try answer.refusal?.field == (count == 1_002 ? nil : "running"))
    }

    @Test(
        "a text may have as many bytes as its limit says, and not one more",
        arguments: [
            ("task.dispatch", "task.name", Limits.textBytes), ("task.dispatch", "task.description", Limits.textBytes),
            ("agent.register", "name", Limits.textBytes), ("agent.register", "version", Limits.textBytes),
            ("agent.register", "description", Limits.textBytes), ("task.cancel", "reason", Limits.textBytes),
            ("workflow.cancel", "reason", Limits.textBytes), ("task.complete", "error_message", Limits.textBytes),
            ("task.complete", "error_code", 256), ("workflow.run", "definition.name", Limits.textBytes),
            ("workflow.run", "definition.description", Limits.textBytes), ("workflow.feedback", "request_key", 256),
            ("workflow.approve", "comment", Limits.textBytes), ("workflow.approve", "request_key", 256),
            ("workflow.retry", "request_key", 256), ("dead_letter.redrive", "request_key", 256),
            ("bus.subscribe", "channel", 256), ("bus.publish", "message.message_id", 256),
            ("bus.publish", "message.sender_id", 256), ("bus.publish", "message.recipient_id", 256),
            ("bus.request", "message.correlation_id", 256),
            ("hello", "client.name", 256), ("hello", "client.version", 256),
        ])
    func texts(method: String, field: String, limit: Int) throws {
        let sample = try #require(methodSamples.first { $0.method == method })
        let full = try Tree(parsing: sample.full)
        let path = Tree.Path(field: field)
        for (text, isAllowed) in [("", true), ("\u{E9}", false)] {
            let longest = text + String(repeating: "x", count: limit - text.utf8.count)
            let changed = full.replacing(path[...], with: .scalar("\"\(longest)\(isAllowed ? "" : "x")\""))
            let step = try answer(to: method, changed.text)
            #expect((step.request != nil) == isAllowed)
            if !isAllowed { #expect(try step.refusal?.field == field) }
        }
    }

    @Test(
        "an id has 1 to 128 bytes, of which the first is a letter or a digit",
        arguments: [
            ("a", true), ("0", true), ("Z9", true), ("a.b_c:d-e", true), (String(repeating: "x", count: 128), true),
            ("", false), (String(repeating: "x", count: 129), false), (".a", false), ("_a", false), (":a", false),
            ("-a", false), ("a b", false), ("a/b", false), ("\u{E9}", false), ("a\u{301}", false), ("\u{FF11}", false),
            ("a\\n", false), ("a\\u0000", false), ("${{x}}", false),
        ])
    func ids(id: String, isAllowed: Bool) throws {
        for (method, field) in [("agent.get", "agent_id"), ("task.get", "task_id"), ("workflow.get", "workflow_id")] {
            let step = try answer(to: method, #"{"\#(field)":"\#(id)"}"#)
            #expect((step.request != nil) == isAllowed)
            if !isAllowed { #expect(try step.refusal?.field == field) }
        }
    }

    @Test(
        "a token is 32 lower-case hexadecimal digits",
        arguments: [
            ("0123456789abcdef0123456789abcdef", true), ("ffffffffffffffffffffffffffffffff", true),
            ("0123456789ABCDEF0123456789abcdef", false), ("0123456789abcdef0123456789abcde", false),
            ("0123456789abcdef0123456789abcdef0", false), ("g123456789abcdef0123456789abcdef", false), ("", false),
        ])
    func tokens(token: String, isAllowed: Bool) throws {
        let step = try answer(
            to: "task.complete", #"{"task_id":"t","attempt":1,"token":"\#(token)","status":"completed"}"#)
        #expect((step.request != nil) == isAllowed)
        if !isAllowed { #expect(try step.refusal?.field == "token") }
    }

    struct Range: Sendable, CustomTestStringConvertible {
        let method: String
        let field: String
        let allowed: [String]
        let refused: [String]

        init(_ method: String, _ field: String, from lowest: String, to highest: String, not refused: String...) {
            self.method = method
            self.field = field
            allowed = [lowest, highest]
            self.refused = refused
        }

        var testDescription: String { "\(method) \(field)" }
    }
}
