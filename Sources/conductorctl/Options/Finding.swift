import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What a word of the command line names.
enum Found {
    case workflow(WorkflowView)
    case task(Answer<TaskDetails>)
    case agent(AgentState)
}

extension ConductorClient {
    /// Looks among the workflows, then among the tasks that were dispatched alone, then among the agents.
    func find(_ word: TaskArgument) async throws -> Found {
        if let id = word.workflow, let view = try await ifThere({ try await workflow(id) }) { return .workflow(view) }
        if let answer = try await ifThere({ try await answer(to: TaskGetMethod.self, word.key) }) {
            return .task(answer)
        }
        if let id = word.agent, let state = try await agent(id) { return .agent(state) }
        let kind = word.workflow == nil ? "task" : "workflow, task or agent"
        throw Refusal.notFound(kind: kind, id: word.key)
    }

    private func ifThere<T>(_ body: () async throws -> T) async throws -> T? {
        do {
            return try await body()
        } catch let refusal as Refusal where refusal.code == .notFound {
            return nil
        }
    }
}
