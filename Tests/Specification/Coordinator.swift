import ConductorJSON
import ConductorModel
import ConductorProtocol

/// A coordinator under test, whatever it runs in: the engine alone, or a daemon behind its socket.
package protocol Coordinator: Sendable {
    /// Sends a request; gives the `result` of its answer, or throws its `Refusal`.
    func ask(_ request: Request) async throws -> JSONValue

    /// Registers an agent that does `work` with every order for as long as the coordinator runs.
    func serve(
        _ agent: AgentID, _ type: AgentType, capacity: Int, work: @escaping @Sendable (TaskAssignment) -> WorkAnswer
    ) async throws

    /// Ends the coordinator and starts it anew with what it has stored. Agents do not come back by themselves.
    func restart(_ manner: RestartManner) async throws

    /// All durable events since the first start, oldest first.
    func events() async throws -> [EventRecord]
}

package enum RestartManner: Sendable {
    case stopped, killed
}

/// What an agent makes of an order.
package struct WorkAnswer: Sendable {
    package var status: TaskCompletion.Status
    package var output = "{}"
    package var errorCode: String?
    package var errorMessage: String?
    package var feedback: Feedback?

    package static let completed = WorkAnswer(status: .completed)

    package static func completed(_ output: String, feedback: Feedback? = nil) -> WorkAnswer {
        WorkAnswer(status: .completed, output: output, feedback: feedback)
    }

    package static func failed(_ code: String? = nil, _ message: String) -> WorkAnswer {
        WorkAnswer(status: .failed, errorCode: code, errorMessage: message)
    }

    package static func rejected(_ message: String) -> WorkAnswer {
        WorkAnswer(status: .rejected, errorMessage: message)
    }

    /// The answer to a certain order; output that is not JSON becomes null.
    package func completion(of assignment: TaskAssignment) -> TaskCompletion {
        var completion = TaskCompletion(
            taskID: assignment.task.taskID ?? .uuid(0, 0), attempt: assignment.attempt, token: assignment.token,
            status: status)
        completion.outputData = (try? JSONText(parsing: output)) ?? .null
        completion.errorCode = errorCode
        completion.errorMessage = errorMessage
        completion.feedback = feedback
        return completion
    }
}

/// Something that a test expected is not there.
package struct Missing: Error {
    package let what: String

    package init(_ what: String) {
        self.what = what
    }
}

/// An id; one that is not well-formed becomes nothing anybody bears.
package func id<Kind>(_ name: String) -> Identifier<Kind> {
    Identifier(name) ?? .uuid(0, 0)
}

/// A text; what is not JSON becomes null.
package func text(_ json: String) -> JSONText {
    (try? JSONText(parsing: json)) ?? .null
}

/// A task's definition, read back, so that it has the text that sameness is judged by.
package func task(
    _ name: String, _ type: AgentType?, _ change: (inout TaskDefinition) -> Void = { _ in }
) -> TaskDefinition {
    var task = TaskDefinition(name: name, assignedTo: type)
    change(&task)
    return (try? TaskDefinition(json: task.jsonText.parsed())) ?? task
}

/// A workflow's definition from its JSON; single quotes stand for double ones.
package func workflow(_ json: String) throws -> WorkflowDefinition {
    try WorkflowDefinition(json: JSONText(parsing: json.replacing("'", with: "\"")).parsed())
}
