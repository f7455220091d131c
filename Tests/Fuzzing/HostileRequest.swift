import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Requests that the protocol allows, about few things, so that they meet.
enum HostileRequest {
    static func id<Kind>(_ text: String) -> Identifier<Kind> {
        Identifier(text) ?? .uuid(0, 0)
    }

    /// Nil where what is chosen makes no request.
    static func make(_ choices: inout Choices, in world: World) -> Request? {
        switch choices.below(10) {
        case 0, 1: register(&choices, in: world)
        case 2, 3: dispatch(&choices)
        case 4: run(&choices)
        case 5: ofAgent(&choices)
        case 6: ofTask(&choices, in: world)
        case 7: ofWorkflow(&choices)
        case 8: operate(&choices, in: world)
        default: read(&choices)
        }
    }

    /// Written with single quotes for double ones.
    private static func request(_ method: String, _ params: String = "{}") -> Request? {
        let params = try? JSONText(parsing: params.replacing("'", with: "\"")).parsed()
        return try? Method.named(method)?.request(params)
    }

    private static func agent(_ choices: inout Choices) -> String { "a\(choices.below(5))" }
    private static func task(_ choices: inout Choices) -> String { "t\(choices.below(8))" }
    private static func workflow(_ choices: inout Choices) -> String { "w\(choices.below(4))" }
    private static func type(_ choices: inout Choices) -> String {
        choices.pick([.coding, .review, .deploying, .monitor] as [AgentType]).rawValue
    }

    private static func register(_ choices: inout Choices, in world: World) -> Request? {
        var running = ""
        if choices.below(3) == 0, let order = choices.order(of: world), let task = order.task.taskID {
            running = "{'task_id':'\(task)','attempt':\(order.attempt),'token':'\(order.token)'}"
            if choices.below(4) == 0 { running += "," + running }
        }
        return request(
            "agent.register",
            """
            {'agent_id':'\(agent(&choices))','agent_type':'\(type(&choices))','capacity':\(1 + choices.below(3)),\
            'draining':\(choices.below(8) == 0),'running':[\(running)]}
            """)
    }

    private static func members(_ choices: inout Choices) -> String {
        var members = "'timeout_seconds':\(1 + choices.below(90))"
        members += ",'retry':{'max_retries':\(choices.below(3)),'initial_delay_seconds':\(choices.below(4))}"
        if choices.below(4) > 0 { members += ",'assigned_to':'\(type(&choices))'" }
        if choices.below(3) == 0 { members += ",'priority':'\(choices.pick(Priority.allCases).rawValue)'" }
        return members
    }

    private static func dispatch(_ choices: inout Choices) -> Request? {
        request(
            "task.dispatch",
            """
            {'task':{'task_id':'\(task(&choices))','name':'n',\(members(&choices))},'detach':\(choices.flip()),\
            'when_busy':'\(choices.flip() ? "queue" : "fail")','queue_timeout_seconds':\(1 + choices.below(100))}
            """)
    }

    private static func run(_ choices: inout Choices) -> Request? {
        let expressions = ["", "feedback", "inputs.x", "tasks.t0.output_data", "tasks.t1.y"]
        let tasks = (0..<1 + choices.below(4)).map { number in
            var text = "{'task_id':'t\(number)','name':'n',\(members(&choices))"
            if number > 0, choices.flip() { text += ",'needs':['t\(choices.below(number))']" }
            if choices.below(4) == 0 { text += ",'input_data':{'i':'${{ \(choices.pick(expressions)) }}'}" }
            return text + "}"
        }
        var text = "'workflow_id':'\(workflow(&choices))','name':'n','parallelism':\(1 + choices.below(3))"
        if choices.flip() { text += ",'gate':{'required_success_rate':0.\(1 + choices.below(9))}" }
        if choices.flip() { text += ",'on_gate_blocked':'approve'" }
        if choices.below(4) == 0 { text += ",'when_busy':'fail'" }
        if choices.flip() { text += ",'agent_wait_seconds':\(choices.below(100))" }
        text += ",'max_feedback_loops':\(choices.below(3)),'tasks':[\(tasks.joined(separator: ","))]"
        return request("workflow.run", "{'definition':{\(text)},'inputs':{'x':1},'detach':\(choices.flip())}")
    }

    private static func ofAgent(_ choices: inout Choices) -> Request? {
        let verb = choices.pick(["heartbeat", "unregister", "pause", "resume", "drain", "get"])
        return request("agent.\(verb)", "{'agent_id':'\(agent(&choices))'}")
    }

    private static func ofTask(_ choices: inout Choices, in world: World) -> Request? {
        if choices.below(3) == 0 {
            guard let order = choices.order(of: world), let task = order.task.taskID else { return nil }
            return request(
                "task.return", "{'task_id':'\(task)','attempt':\(order.attempt),'token':'\(order.token)'}")
        }
        let whole = choices.flip() ? ",'workflow_id':'\(workflow(&choices))'" : ""
        return request(choices.flip() ? "task.cancel" : "task.get", "{'task_id':'\(task(&choices))'\(whole)}")
    }

    private static func ofWorkflow(_ choices: inout Choices) -> Request? {
        let id = "'workflow_id':'\(workflow(&choices))'", key = "'request_key':'k\(choices.below(16))'"
        return switch choices.below(8) {
        case 0: request("workflow.cancel", "{\(id)}")
        case 1:
            request(
                "workflow.feedback",
                "{\(id),\(key),'feedback':{},'through':'\(choices.flip() ? "all" : "development")'}")
        case 2: request("workflow.pause", "{\(id)}")
        case 3: request("workflow.resume", "{\(id)}")
        case 4, 5:
            request(
                "workflow.approve",
                "{\(id),\(key),'approve':\(choices.below(4) > 0),'accept_failures':\(choices.flip())}")
        case 6: request("workflow.retry", "{\(id),\(key),'only_failed':\(choices.flip())}")
        default: request("workflow.check_gate", "{\(id)}")
        }
    }

    private static func operate(_ choices: inout Choices, in world: World) -> Request? {
        let letters = world.scene.stored.deadLetters
        switch choices.below(6) {
        case 0, 1:
            guard !letters.isEmpty else { return nil }
            let id = choices.pick(letters).id
            return choices.below(3) == 0
                ? request("dead_letter.discard", "{'dead_letter_id':'\(id)'}")
                : request("dead_letter.redrive", "{'dead_letter_id':'\(id)','request_key':'k\(choices.below(16))'}")
        case 2: return request("breaker.reset", "{'agent_id':'\(agent(&choices))'}")
        case 3: return request("policy.unregister", "{'policy_name':'\(choices.pick(Policy.Kind.allCases).rawValue)'}")
        default:
            let parameters =
                switch choices.pick(Policy.Kind.allCases) {
                case .maxConcurrentTasks: "'MaxConcurrentTasksPolicy','parameters':{'max_tasks':\(choices.below(4))}"
                case .taskTimeout: "'TaskTimeoutPolicy','parameters':{'max_timeout_seconds':\(1 + choices.below(90))}"
                case .agentAvailability: "'AgentAvailabilityPolicy'"
                case .phaseGate: "'PhaseGatePolicy','parameters':{'required_success_rate':0.\(choices.below(10))}"
                }
            return request("policy.register", "{'kind':\(parameters)}")
        }
    }

    private static func read(_ choices: inout Choices) -> Request? {
        let channel = "'channel':'c\(choices.below(3))'"
        let message = """
            'message':{'message_type':'control','sender_id':'\(agent(&choices))',\
            'correlation_id':'x\(choices.below(3))'}
            """
        return switch choices.below(12) {
        case 0: request("status.get")
        case 1: request("task.list")
        case 2: request("workflow.list")
        case 3: request("agent.list", "{'available':\(choices.flip())}")
        case 4: request("event.subscribe", "{'after_sequence':\(choices.below(50))}")
        case 5: request("metrics.get", "{'format':'prometheus'}")
        case 6: request("bus.subscribe", "{\(channel)}")
        case 7: request("bus.unsubscribe", "{\(channel)}")
        case 8: request("bus.publish", "{\(channel),\(message)}")
        case 9: request("bus.request", "{\(channel),\(message),'timeout_seconds':\(1 + choices.below(20))}")
        case 10: request("policy.evaluate", "{'task':{'name':'n'},'agent_id':'\(agent(&choices))'}")
        default: request("account.list")
        }
    }
}
