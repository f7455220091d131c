import ConductorClient
import ConductorJSON
import ConductorModel

/// Has a text's words counted by an agent of the type `coding`.
func countWords(in text: String, socket: String) async throws -> String {
    let client = try await ConductorClient.connect(socket: socket)
    defer { client.close() }

    var input = JSONWriter()
    input.object { $0.member("text", text) }
    var task = TaskDefinition(name: "Count the words", assignedTo: .coding)
    task.inputData = input.text

    let result = try await client.dispatch(task, whenBusy: .queue)
    guard result.status == .completed else { return result.errorMessage ?? "no reason was given" }
    return result.outputData.string
}
