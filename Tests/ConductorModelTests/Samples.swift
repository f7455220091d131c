import ConductorJSON
import ConductorModel
import Testing

func parse(_ text: String) throws -> JSONValue {
    try JSONText(parsing: text).parsed()
}

/// The error that reading `text` as a `Value` ends with, nil where it succeeds.
func fieldError<Value: JSONReadable>(reading _: Value.Type, _ text: String) throws -> JSONFieldError? {
    let value = try parse(text)
    do throws(JSONFieldError) {
        _ = try Value(json: value)
        return nil
    } catch {
        return error
    }
}

func taskID(_ name: String) throws -> TaskID { try #require(TaskID(name)) }
func agentID(_ name: String) throws -> AgentID { try #require(AgentID(name)) }
func workflowID(_ name: String) throws -> WorkflowID { try #require(WorkflowID(name)) }

/// 2026-01-31T12:00:00.000001Z
let noon = Timestamp(microseconds: 1_769_860_800_000_001)

func result(
    _ name: String = "t", status: TaskStatus = .completed, output: String = #"{"x":1.0}"#
) throws -> TaskResult {
    TaskResult(
        taskID: try taskID(name), agentID: try agentID("a"), status: status, outputData: try JSONText(parsing: output),
        attempt: 1, iteration: 0, startedAt: noon, completedAt: noon + .seconds(2), duration: .seconds(2))
}

/// What `body` ends with where it throws an `ExpressionError`.
func expressionError(_ text: String) -> String? {
    do throws(ExpressionError) {
        _ = try Template(parsing: text)
        return nil
    } catch {
        return error.description
    }
}
