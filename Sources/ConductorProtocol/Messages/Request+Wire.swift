import ConductorJSON
import ConductorModel

extension Request {
    /// Reads the parameters of `method`.
    init(_ method: Method, params: JSONValue?) throws(JSONFieldError) {
        var params = try ParamsReader(params)
        switch method {
        case .hello: self = .hello(try params.all())
        case .ping: self = .ping
        case .statusGet: self = .statusGet
        case .phaseList: self = .phaseList
        case .metricsGet: self = .metricsGet(try params.fields.required("format"))
        case .agentRegister: self = .agentRegister(try params.all())
        case .agentUnregister: self = .agentUnregister(try params.fields.required("agent_id"))
        case .agentHeartbeat: self = .agentHeartbeat(try params.fields.required("agent_id"))
        case .agentGet: self = .agentGet(try params.fields.required("agent_id"))
        case .agentList: self = .agentList(try params.all())
        case .agentPause: self = .agentPause(try params.fields.required("agent_id"))
        case .agentResume: self = .agentResume(try params.fields.required("agent_id"))
        case .agentDrain: self = .agentDrain(try params.fields.required("agent_id"))
        case .taskDispatch: self = .taskDispatch(try params.all())
        case .taskGet: self = .taskGet(try params.taskKey())
        case .taskList: self = .taskList(try params.all())
        case .taskCancel: self = .taskCancel(try params.taskKey(), reason: try params.fields.text("reason"))
        case .taskComplete: self = .taskComplete(try params.all())
        case .taskReturn: self = .taskReturn(try params.all())
        case .workflowRun: self = .workflowRun(try params.all())
        case .workflowValidate: self = .workflowValidate(try params.fields.required("definition"))
        case .workflowGet: self = .workflowGet(try params.fields.required("workflow_id"))
        case .workflowList: self = .workflowList(try params.all())
        case .workflowCancel:
            self = .workflowCancel(
                try params.fields.required("workflow_id"), reason: try params.fields.text("reason"))
        case .workflowFeedback: self = .workflowFeedback(try params.all())
        case .workflowCheckGate: self = .workflowCheckGate(try params.fields.required("workflow_id"))
        case .workflowPause: self = .workflowPause(try params.fields.required("workflow_id"))
        case .workflowResume: self = .workflowResume(try params.fields.required("workflow_id"))
        case .workflowApprove: self = .workflowApprove(try params.all())
        case .workflowRetry: self = .workflowRetry(try params.all())
        case .eventSubscribe: self = .eventSubscribe(try params.all())
        case .eventUnsubscribe: self = .eventUnsubscribe(subscription: try params.fields.required("subscription"))
        case .policyList: self = .policyList
        case .policyRegister: self = .policyRegister(try params.policy())
        case .policyUnregister: self = .policyUnregister(name: try params.fields.required("policy_name"))
        case .policyEvaluate: self = .policyEvaluate(try params.all())
        case .deadLetterList: self = .deadLetterList(try Page(&params.fields))
        case .deadLetterRedrive: self = .deadLetterRedrive(try params.all())
        case .deadLetterDiscard: self = .deadLetterDiscard(try params.fields.required("dead_letter_id"))
        case .breakerList: self = .breakerList
        case .breakerReset: self = .breakerReset(try params.fields.required("agent_id"))
        case .busPublish:
            self = .busPublish(channel: try params.fields.channel(), try params.fields.required("message"))
        case .busSubscribe: self = .busSubscribe(channel: try params.fields.channel())
        case .busUnsubscribe: self = .busUnsubscribe(channel: try params.fields.channel())
        case .busRequest: self = .busRequest(try params.all())
        case .storeBackup: self = .storeBackup
        }
        try params.end()
    }
}

/// Reads `params` as a whole or member by member, and refuses what was not read.
private struct ParamsReader {
    var fields: JSONFields
    private let value: JSONValue
    private var wasReadWhole = false

    init(_ value: JSONValue?) throws(JSONFieldError) {
        guard let value = value ?? Self.none else { throw JSONFieldError(reason: "are required") }
        self.value = value
        fields = try JSONFields(value)
    }

    private static let none = try? JSONText.emptyObject.parsed()

    mutating func all<P: Params>() throws(JSONFieldError) -> P {
        wasReadWhole = true
        return try P(json: value)
    }

    mutating func taskKey() throws(JSONFieldError) -> TaskKey {
        let taskID = try fields.required("task_id", as: TaskID.self)
        return TaskKey(workflowID: try fields.optional("workflow_id"), taskID: taskID)
    }

    mutating func policy() throws(JSONFieldError) -> Policy {
        let kind = try fields.required("kind", as: Policy.Kind.self)
        return try Policy(kind: kind, parameters: fields.take("parameters"))
    }

    func end() throws(JSONFieldError) {
        if !wasReadWhole { try fields.end() }
    }
}

extension Request {
    /// Writes the `params` object.
    func writeParams(to writer: inout JSONWriter) {
        switch self {
        case .ping, .statusGet, .phaseList, .policyList, .breakerList, .storeBackup: writer.object { _ in }
        case .metricsGet(let format): writer.object { $0.member("format", format) }
        case .hello(let params): params.write(to: &writer)
        case .agentRegister(let params): params.write(to: &writer)
        case .agentUnregister(let id), .agentHeartbeat(let id), .agentGet(let id), .agentPause(let id),
            .agentResume(let id), .agentDrain(let id), .breakerReset(let id):
            writer.object { $0.member("agent_id", id) }
        case .agentList(let params): params.write(to: &writer)
        case .taskDispatch(let params): params.write(to: &writer)
        case .taskGet(let key): writer.object { Self.write(key, to: &$0) }
        case .taskList(let params): params.write(to: &writer)
        case .taskCancel(let key, let reason):
            writer.object { writer in
                Self.write(key, to: &writer)
                writer.member("reason", reason)
            }
        case .taskComplete(let params): params.write(to: &writer)
        case .taskReturn(let attempt): attempt.write(to: &writer)
        case .workflowRun(let params): params.write(to: &writer)
        case .workflowValidate(let definition): writer.object { $0.member("definition", definition) }
        case .workflowGet(let id), .workflowCheckGate(let id), .workflowPause(let id), .workflowResume(let id):
            writer.object { $0.member("workflow_id", id) }
        case .workflowList(let params): params.write(to: &writer)
        case .workflowCancel(let id, let reason):
            writer.object { writer in
                writer.member("workflow_id", id)
                writer.member("reason", reason)
            }
        case .workflowFeedback(let params): params.write(to: &writer)
        case .eventSubscribe(let params): params.write(to: &writer)
        case .eventUnsubscribe(let subscription): writer.object { $0.member("subscription", subscription) }
        case .policyRegister(let policy): policy.write(to: &writer, describing: false)
        case .policyUnregister(let name): writer.object { $0.member("policy_name", name) }
        case .policyEvaluate(let params): params.write(to: &writer)
        case .workflowApprove(let params): params.write(to: &writer)
        case .workflowRetry(let params): params.write(to: &writer)
        case .deadLetterList(let page): writer.object { page.writeMembers(to: &$0) }
        case .deadLetterRedrive(let params): params.write(to: &writer)
        case .deadLetterDiscard(let id): writer.object { $0.member("dead_letter_id", id) }
        case .busPublish(let channel, let message):
            writer.object { writer in
                writer.member("channel", channel)
                writer.member("message", message)
            }
        case .busSubscribe(let channel), .busUnsubscribe(let channel):
            writer.object { $0.member("channel", channel) }
        case .busRequest(let params): params.write(to: &writer)
        }
    }

    private static func write(_ key: TaskKey, to writer: inout JSONWriter) {
        writer.member("task_id", key.taskID)
        writer.member("workflow_id", key.workflowID)
    }
}
