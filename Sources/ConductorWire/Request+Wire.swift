import ConductorJSON
import ConductorModel

extension Request {
    /// Reads the parameters of `method`.
    init(_ method: Method, params: JSONValue?) throws(JSONFieldError) {
        switch method {
        case .ping: self = try Self.withoutParams(.ping, params)
        case .statusGet: self = try Self.withoutParams(.statusGet, params)
        case .phaseList: self = try Self.withoutParams(.phaseList, params)
        case .policyList: self = try Self.withoutParams(.policyList, params)
        case .hello: self = .hello(try Self.read(params))
        case .agentRegister: self = .agentRegister(try Self.read(params))
        case .agentUnregister: self = .agentUnregister(try Self.only("agent_id", params))
        case .agentHeartbeat: self = .agentHeartbeat(try Self.only("agent_id", params))
        case .agentGet: self = .agentGet(try Self.only("agent_id", params))
        case .agentList: self = .agentList(try Self.read(params))
        case .agentPause: self = .agentPause(try Self.only("agent_id", params))
        case .agentResume: self = .agentResume(try Self.only("agent_id", params))
        case .taskDispatch: self = .taskDispatch(try Self.read(params))
        case .taskGet:
            var fields = try Self.fields(params)
            self = .taskGet(try Self.taskKey(&fields))
            try fields.end()
        case .taskList: self = .taskList(try Self.read(params))
        case .taskCancel:
            var fields = try Self.fields(params)
            self = .taskCancel(try Self.taskKey(&fields), reason: try fields.text("reason"))
            try fields.end()
        case .taskComplete: self = .taskComplete(try Self.read(params))
        case .workflowRun: self = .workflowRun(try Self.read(params))
        case .workflowValidate:
            var fields = try Self.fields(params)
            self = .workflowValidate(try fields.required("definition"))
            try fields.end()
        case .workflowGet: self = .workflowGet(try Self.only("workflow_id", params))
        case .workflowList: self = .workflowList(try Self.read(params))
        case .workflowCancel:
            var fields = try Self.fields(params)
            self = .workflowCancel(try fields.required("workflow_id"), reason: try fields.text("reason"))
            try fields.end()
        case .workflowFeedback: self = .workflowFeedback(try Self.read(params))
        case .workflowCheckGate: self = .workflowCheckGate(try Self.only("workflow_id", params))
        case .eventSubscribe: self = .eventSubscribe(try Self.read(params))
        case .eventUnsubscribe: self = .eventUnsubscribe(subscription: try Self.only("subscription", params))
        case .policyRegister:
            var fields = try Self.fields(params)
            let kind = try fields.required("kind", as: Policy.Kind.self)
            self = .policyRegister(try Policy(kind: kind, parameters: fields.take("parameters")))
            try fields.end()
        case .policyUnregister: self = .policyUnregister(name: try Self.only("policy_name", params))
        case .policyEvaluate: self = .policyEvaluate(try Self.read(params))
        }
    }

    private static let noParams = try? JSONDocument(parsing: Array("{}".utf8)).root

    private static func fields(_ params: JSONValue?) throws(JSONFieldError) -> JSONFields {
        guard let value = params ?? noParams else { throw JSONFieldError(reason: "are required") }
        return try JSONFields(value)
    }

    private static func read<P: Params>(_ params: JSONValue?) throws(JSONFieldError) -> P {
        guard let value = params ?? noParams else { throw JSONFieldError(reason: "are required") }
        return try P(json: value)
    }

    private static func withoutParams(_ request: Request, _ params: JSONValue?) throws(JSONFieldError) -> Request {
        try fields(params).end()
        return request
    }

    private static func only<T: JSONReadable>(_ key: StaticString, _ params: JSONValue?) throws(JSONFieldError) -> T {
        var fields = try fields(params)
        let value = try fields.required(key, as: T.self)
        try fields.end()
        return value
    }

    private static func taskKey(_ fields: inout JSONFields) throws(JSONFieldError) -> TaskKey {
        let taskID = try fields.required("task_id", as: TaskID.self)
        return TaskKey(workflowID: try fields.optional("workflow_id"), taskID: taskID)
    }
}

extension Request {
    /// Writes the `params` object.
    func writeParams(to writer: inout JSONWriter) {
        switch self {
        case .ping, .statusGet, .phaseList, .policyList: writer.object { _ in }
        case .hello(let params): params.write(to: &writer)
        case .agentRegister(let params): params.write(to: &writer)
        case .agentUnregister(let id), .agentHeartbeat(let id), .agentGet(let id), .agentPause(let id),
            .agentResume(let id):
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
        case .workflowRun(let params): params.write(to: &writer)
        case .workflowValidate(let definition): writer.object { $0.member("definition", definition) }
        case .workflowGet(let id), .workflowCheckGate(let id): writer.object { $0.member("workflow_id", id) }
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
        }
    }

    private static func write(_ key: TaskKey, to writer: inout JSONWriter) {
        writer.member("task_id", key.taskID)
        writer.member("workflow_id", key.workflowID)
    }
}
