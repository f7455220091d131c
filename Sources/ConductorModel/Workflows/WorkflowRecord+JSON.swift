import ConductorJSON

/// The part of a record that changes as the workflow goes on; id, definition and inputs are kept beside it.
extension WorkflowRecord {
    /// Restores a record from what was stored of it.
    public init(
        workflowID: WorkflowID, definition: JSONText, inputs: JSONText, progress: JSONText
    ) throws(JSONFieldError) {
        var fields = try JSONFields(stored: progress)
        self.workflowID = workflowID
        self.definition = try WorkflowDefinition(stored: definition)
        self.inputs = inputs
        ownerUID = UInt32(clamping: try fields.required("owner_uid", as: Int.self))
        startedAt = try fields.required("started_at")
        number = try fields.count("number", default: 0)
        stage = try fields.required("stage")
        isPaused = try fields.required("paused")
        currentPhase = try fields.optional("current_phase")
        phaseHistory = try fields.required("phase_history")
        errorLog = try fields.required("error_log")
        feedbackCount = try fields.count("feedback_count")
        feedback = try fields.required("feedback")
        iteration = try fields.count("iteration")
        selection = try fields.value("selection", default: .everything)
        // Workflows of older versions do not wait.
        agentWait = Duration(inSeconds: try fields.value("agent_wait_seconds", default: 0))
        agentsAwaitedSince = try fields.value("agents_awaited_since", default: AwaitedAgents()).since
        acceptedFailures = Set(try fields.value("accepted_failures", default: [TaskID]()))
        completedTaskCount = try fields.count("completed_task_count")
        failedTaskCount = try fields.count("failed_task_count")
        requestKeys = try fields.required("request_keys")
        outputs = try WorkflowOutputs(&fields)
        guard stage.fits(self.definition) else {
            throw JSONFieldError(field: "stage", reason: "is of a phase that the workflow does not have")
        }
    }

    public var progress: JSONText {
        var writer = JSONWriter(reserving: 1024)
        writer.object { writer in
            writer.member("owner_uid", Int(ownerUID))
            writer.member("started_at", startedAt)
            writer.member("number", number)
            writer.member("stage", stage)
            writer.member("paused", isPaused)
            writer.member("current_phase", currentPhase)
            writer.member("phase_history", phaseHistory)
            writer.member("error_log", errorLog)
            writer.member("feedback_count", feedbackCount)
            writer.member("feedback", feedback)
            writer.member("iteration", iteration)
            writer.member("selection", selection)
            writer.member("agent_wait_seconds", agentWait)
            if !agentsAwaitedSince.isEmpty {
                writer.member("agents_awaited_since", AwaitedAgents(since: agentsAwaitedSince))
            }
            if !acceptedFailures.isEmpty { writer.member("accepted_failures", acceptedFailures.sorted()) }
            writer.member("completed_task_count", completedTaskCount)
            writer.member("failed_task_count", failedTaskCount)
            writer.member("request_keys", requestKeys)
            outputs.writeMembers(to: &writer)
        }
        return writer.text
    }
}

/// By what is demanded of agents, since when such are waited for.
private struct AwaitedAgents: JSONReadable, JSONWritable {
    var since: [AgentDemand: Timestamp] = [:]

    init(since: [AgentDemand: Timestamp] = [:]) {
        self.since = since
    }

    init(json: JSONValue) throws(JSONFieldError) {
        guard json.kind == .object else { throw JSONFieldError(reason: "must be an object") }
        for (name, value) in json.members {
            guard let demand = AgentDemand(key: name) else { throw JSONFieldError(field: name, reason: "is unknown") }
            since[demand] = try Timestamp(json: value)
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for type in AgentType.allCases {
                if let time = since[AgentDemand(type)] { writer.member(type.rawValue, time) }
            }
            let labelled = since.filter { !$0.key.isPlain }.map { (key: $0.key.key, time: $0.value) }
            for (key, time) in labelled.sorted(by: { $0.key < $1.key }) { writer.member(key, time) }
        }
    }
}

extension WorkflowRecord.Selection: JSONReadable, JSONWritable {
    private enum Name: String, Vocabulary {
        case everything, unsuccessful
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        guard json.kind == .string else {
            self = .only(try [TaskID](json: json))
            return
        }
        switch try Name(json: json) {
        case .everything: self = .everything
        case .unsuccessful: self = .unsuccessful
        }
    }

    public func write(to writer: inout JSONWriter) {
        switch self {
        case .everything: Name.everything.write(to: &writer)
        case .unsuccessful: Name.unsuccessful.write(to: &writer)
        case .only(let ids): ids.write(to: &writer)
        }
    }
}

extension WorkflowRecord.Stage {
    fileprivate func fits(_ definition: WorkflowDefinition) -> Bool {
        switch self {
        case .running(let phase, let last), .held(let phase, let last):
            definition.phases.indices.contains(phase) && definition.phases.indices.contains(last)
        case .ended: true
        }
    }
}

extension WorkflowRecord.Stage: JSONReadable, JSONWritable {
    private enum Name: String, Vocabulary {
        case running, held, ended
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        switch try fields.required("is", as: Name.self) {
        case .running: self = .running(phase: try fields.required("phase"), last: try fields.required("last"))
        case .held: self = .held(phase: try fields.required("phase"), last: try fields.required("last"))
        case .ended: self = .ended(try fields.required("status"), at: try fields.required("at"))
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .running(let phase, let last):
                writer.member("is", Name.running)
                writer.member("phase", phase)
                writer.member("last", last)
            case .held(let phase, let last):
                writer.member("is", Name.held)
                writer.member("phase", phase)
                writer.member("last", last)
            case .ended(let status, let time):
                writer.member("is", Name.ended)
                writer.member("status", status)
                writer.member("at", time)
            }
        }
    }
}
