import ConductorJSON
import ConductorModel

extension Reply: JSONWritable {
    /// The `result` of the JSON-RPC reply.
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .hello(let reply): reply.write(to: &writer)
        case .status(let report): report.write(to: &writer)
        case .empty, .phases, .registered, .unregistered, .agent, .agents, .result, .accepted, .task, .tasks,
            .cancelled, .recorded, .returned, .workflowState, .workflowStarted, .workflow, .workflows, .validation,
            .gate,
            .subscribed, .policies, .policy, .policyResults, .metrics, .retried, .deadLetters, .redriven, .discarded,
            .breakers, .breaker, .delivered, .busMessage, .backup, .repeated:
            writer.object { writeMembers(to: &$0) }
        }
    }

    private func writeMembers(to writer: inout JSONWriter) {
        switch self {
        case .empty, .hello, .status: break
        case .repeated(let repetition, let reply):
            reply.writeMembers(to: &writer)
            writer.member("repeated", repetition)
        case .phases: writePhases(to: &writer)
        case .registered(let agent, let lease, let adopted):
            writer.member("agent", agent)
            writer.member("lease_seconds", lease)
            writer.member("adopted", adopted)
        case .unregistered(let done): writer.member("unregistered", done)
        case .agent(let agent): writer.nullableMember("agent", agent)
        case .agents(let agents):
            writer.member("agents", agents)
            writer.member("count", agents.count)
        case .result(let result): writer.member("result", result)
        case .accepted(let id): writer.member("task_id", id)
        case .task(let task): write(task, to: &writer)
        case .tasks(let tasks, let cursor): write(tasks, cursor, to: &writer)
        case .cancelled(let done): writer.member("cancelled", done)
        case .recorded: writer.member("recorded", true)
        case .returned(let done): writer.member("returned", done)
        case .workflowState(let state): writer.member("state", state)
        case .metrics(let report, let format): report.writeMembers(to: &writer, as: format)
        case .deadLetters(let letters, let cursor):
            writer.member("dead_letters", letters)
            writer.nullableMember("next_cursor", cursor.map { "\($0)" })
        case .redriven(let id): writer.member("task_id", id)
        case .discarded(let done): writer.member("discarded", done)
        case .breakers(let breakers): writer.member("breakers", breakers)
        case .breaker(let breaker): writer.member("breaker", breaker)
        case .delivered(let count): writer.member("delivered", count)
        case .busMessage(let message): writer.member("message", message)
        case .backup(let file, let bytes):
            writer.member("file", file)
            writer.member("bytes", bytes)
        case .workflowStarted(let state), .retried(let state):
            writer.member("workflow_id", state.record.workflowID)
            writer.member("state", state)
        case .workflow(let state):
            writer.member("state", state)
            writer.member("definition", state.record.definition)
        case .workflows(let records, let cursor):
            writer.key("workflows")
            writer.beginArray()
            for record in records { record.writeListEntry(to: &writer) }
            writer.endArray()
            writer.nullableMember("next_cursor", cursor.map { "\($0)" })
        case .validation(let problems):
            writer.member("valid", problems.isEmpty)
            writer.member("problems", problems)
        case .gate(let allowed, let results), .policyResults(let allowed, let results):
            writer.member("allowed", allowed)
            writer.member("results", results)
        case .subscribed(let subscription, let sequence, let snapshot):
            writer.member("subscription", subscription)
            writer.member("sequence", sequence)
            writer.member("snapshot", snapshot)
        case .policies(let policies): writer.member("policies", policies)
        case .policy(let policy): writer.member("policy", policy)
        }
    }

    private func writePhases(to writer: inout JSONWriter) {
        writer.key("phases")
        writer.object { writer in
            for phase in Phase.allCases { writer.member(phase.rawValue, phase.agentTypes) }
        }
    }

    private func write(_ task: TaskView, to writer: inout JSONWriter) {
        let record = task.record
        writer.key("task")
        record.definition.write(
            to: &writer, input: record.input, status: record.status, id: record.key.taskID)
        writer.member("workflow_id", record.key.workflowID)
        writer.member("result", record.outcome?.result)
        writer.member("attempts", record.attempts.count)
        writer.member("waiting", task.wait)
    }

    private func write(_ tasks: [TaskView], _ cursor: Int64?, to writer: inout JSONWriter) {
        writer.key("tasks")
        writer.beginArray()
        for task in tasks { task.writeListEntry(to: &writer) }
        writer.endArray()
        writer.nullableMember("next_cursor", cursor.map { "\($0)" })
    }
}

extension TaskView {
    /// The row of a list: no inputs, no outputs.
    fileprivate func writeListEntry(to writer: inout JSONWriter) {
        let result = record.outcome?.result
        writer.object { writer in
            writer.member("task_id", record.key.taskID)
            writer.member("workflow_id", record.key.workflowID)
            writer.member("name", record.definition.name)
            writer.member("assigned_to", record.definition.assignedTo)
            writer.member("priority", record.definition.priority)
            writer.member("status", record.status)
            writer.member("attempts", record.attempts.count)
            writer.member("iteration", record.iteration)
            writer.member("created_at", record.createdAt)
            writer.nullableMember("agent_id", result?.agentID ?? record.attempts.last?.agentID)
            writer.nullableMember("error_code", result?.errorCode)
            writer.nullableMember("error_message", result?.errorMessage)
            writer.nullableMember("completed_at", result?.completedAt)
            writer.nullableMember("duration_seconds", result?.duration)
            writer.member("waiting", wait)
        }
    }
}
