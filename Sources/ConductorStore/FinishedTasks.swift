import ConductorModel

/// What each agent finished: an agent's state is stored without its lists, and gets them back from the tasks' records.
struct FinishedTasks {
    private var completed: [AgentID: [TaskID]] = [:]
    private var failed: [AgentID: [TaskID]] = [:]
    private let limit = Limits().maxListedTasksPerAgent

    /// Takes note of a task; to be called newest first.
    mutating func add(_ task: TaskID, _ status: TaskStatus, by agent: AgentID) {
        switch status {
        case .completed: put(task, of: agent, into: &completed)
        case .failed: put(task, of: agent, into: &failed)
        case .pending, .inProgress, .blocked, .skipped, .cancelled: break
        }
    }

    /// The state with its lists, oldest first.
    func filled(_ agent: AgentState) -> AgentState {
        var agent = agent
        agent.completedTasks = (completed[agent.agentID] ?? []).reversed()
        agent.failedTasks = (failed[agent.agentID] ?? []).reversed()
        return agent
    }

    private func put(_ task: TaskID, of agent: AgentID, into lists: inout [AgentID: [TaskID]]) {
        guard lists[agent, default: []].count < limit else { return }
        lists[agent, default: []].append(task)
    }
}

extension TaskRecord {
    /// Whom the result is of, or else who was tried last.
    var agentID: AgentID? { outcome?.result.agentID ?? attempts.last?.agentID }
}
