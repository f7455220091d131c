import ConductorAgent
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Takes `{"text": …}`, gives `{"words": …}`.
struct WordCounter: Agent {
    func execute(_ assignment: TaskAssignment, _ context: TaskContext) async throws -> TaskOutput {
        guard let text = try assignment.task.inputData.parsed()["text"]?.string else {
            throw AgentRejection("text is missing")
        }
        await context.log("counting")
        var output = JSONWriter()
        output.object { $0.member("words", text.split(whereSeparator: \.isWhitespace).count) }
        return TaskOutput(output.text)
    }
}

/// Serves until it is stopped.
func serve(as id: AgentID, socket: String) async throws {
    let registration = AgentRegistration(agentID: id, agentType: .coding, capacity: 4)
    try await AgentRunner(registration, agent: WordCounter(), socket: socket).run()
}
