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
            Range(.agentRegister, "capacity", from: "1", to: "10000", not: "0", "10001", "1.5"),
            Range(.taskDispatch, "task.timeout_seconds", from: "1", to: "86400", not: "0.999", "86400.001", "-1"),
            Range(.taskDispatch, "task.retry.max_retries", from: "0", to: "20", not: "-1", "21", "2.0"),
            Range(.taskDispatch, "task.retry.initial_delay_seconds", from: "0", to: "86400", not: "-0.1", "86401"),
            Range(.taskDispatch, "task.retry.max_delay_seconds", from: "0", to: "86400", not: "-0.1", "86401"),
            Range(.taskDispatch, "task.retry.backoff_multiplier", from: "1", to: "100", not: "0.99", "100.1"),
            Range(.taskDispatch, "queue_timeout_seconds", from: "0", to: "604800", not: "-0.1", "604800.1"),
            Range(.taskList, "limit", from: "1", to: "1000", not: "0", "1001"),
            Range(.workflowList, "limit", from: "1", to: "1000", not: "0", "1001"),
            Range(.deadLetterList, "limit", from: "1", to: "1000", not: "0", "1001"),
            Range(.busRequest, "timeout_seconds", from: "0", to: "86400", not: "-0.1", "86400.1"),
            Range(.busPublish, "message.ttl_seconds", from: "0", to: "31536000", not: "-0.1", "31536000.1"),
            Range(.workflowRun, "definition.parallelism", from: "1", to: "1000", not: "0", "1001"),
            Range(.workflowRun, "definition.queue_timeout_seconds", from: "0", to: "604800", not: "-1", "604801"),
            Range(.workflowRun, "definition.max_feedback_loops", from: "0", to: "1000", not: "-1", "1001"),
            Range(.workflowRun, "definition.gate.required_success_rate", from: "0", to: "1", not: "-0.01", "1.01"),
            Range(.workflowRun, "definition.tasks[1].timeout_seconds", from: "1", to: "86400", not: "0", "86401"),
            Range(.workflowRun, "definition.tasks[1].retry.max_retries", from: "0", to: "20", not: "-1", "21"),
            Range(
                .eventSubscribe, "after_sequence", from: "0", to: "9223372036854775807", not: "-1",
                "9223372036854775808"),
            Range(.policyRegister, "parameters.default_timeout_seconds", from: "1", to: "86400", not: "0", "86401"),
            Range(.policyRegister, "parameters.max_timeout_seconds", from: "1", to: "86401", not: "0", "86402"),
        ])
    func numbers(range: Range) throws {
        let sample = try #require(methodSamples.first { $0.method == range.method })
        let full = try Tree(parsing: sample.full)
        let path = Tree.Path(field: range.field)
        for number in range.allowed {
            let changed = full.replacing(path[...], with: .scalar(number))
            #expect(try answer(to: sample.method.rawValue, changed.text).request != nil, "\(number)")
        }
        for number in range.refused {
            let changed = full.replacing(path[...], with: .scalar(number))
            let refused = try answer(to: sample.method.rawValue, changed.text).refusal
            #expect(refused?.field == range.field, "\(number)")
            #expect(refused?.reason?.hasPrefix("must be ") == true)
        }
    }

    @Test(
        "a text may have as many bytes as its limit says, and not one more",
        arguments: [
            (Method.taskDispatch, "task.name", Limits.textBytes), (.taskDispatch, "task.description", Limits.textBytes),
            (.agentRegister, "name", Limits.textBytes), (.agentRegister, "version", Limits.textBytes),
            (.agentRegister, "description", Limits.textBytes), (.taskCancel, "reason", Limits.textBytes),
            (.workflowCancel, "reason", Limits.textBytes), (.taskComplete, "error_message", Limits.textBytes),
            (.taskComplete, "error_code", 256), (.workflowRun, "definition.name", Limits.textBytes),
            (.workflowRun, "definition.description", Limits.textBytes), (.workflowFeedback, "request_key", 256),
            (.workflowApprove, "comment", Limits.textBytes), (.workflowApprove, "request_key", 256),
            (.workflowRetry, "request_key", 256), (.deadLetterRedrive, "request_key", 256),
            (.busSubscribe, "channel", 256), (.busPublish, "message.message_id", 256),
            (.busPublish, "message.sender_id", 256), (.busPublish, "message.recipient_id", 256),
            (.busRequest, "message.correlation_id", 256),
            (.hello, "client.name", 256), (.hello, "client.version", 256),
        ])
    func texts(method: Method, field: String, limit: Int) throws {
        let sample = try #require(methodSamples.first { $0.method == method })
        let full = try Tree(parsing: sample.full)
        let path = Tree.Path(field: field)
        for (text, isAllowed) in [("", true), ("\u{E9}", false)] {
            let longest = text + String(repeating: "x", count: limit - text.utf8.count)
            let changed = full.replacing(path[...], with: .scalar("\"\(longest)\(isAllowed ? "" : "x")\""))
            let step = try answer(to: method.rawValue, changed.text)
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
        let method: Method
        let field: String
        let allowed: [String]
        let refused: [String]

        init(_ method: Method, _ field: String, from lowest: String, to highest: String, not refused: String...) {
            self.method = method
            self.field = field
            allowed = [lowest, highest]
            self.refused = refused
        }

        var testDescription: String { "\(method.rawValue) \(field)" }
    }
}
