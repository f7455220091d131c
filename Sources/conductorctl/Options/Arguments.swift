import ArgumentParser
import ConductorCommandLine
import ConductorModel
import ConductorProtocol

/// Ids and words of the wire, read from the command line as they are read from the wire.
extension Identifier: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension AgentType: ExpressibleByArgument {}
extension TaskStatus: ExpressibleByArgument {}
extension Priority: ExpressibleByArgument {}
extension Severity: ExpressibleByArgument {}
extension Policy.Kind: ExpressibleByArgument {}
extension WorkflowFeedback.Through: ExpressibleByArgument {}
extension BusMessage.MessageType: ExpressibleByArgument {}
extension MetricsReport.Format: ExpressibleByArgument {}

extension WorkflowInputs.Setting: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

/// `TASK`, or `WORKFLOW/TASK` for a task of a workflow.
struct TaskArgument: ExpressibleByArgument {
    let key: TaskKey

    init?(argument: String) {
        let parts = argument.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let last = parts.last, let task = TaskID(last) else { return nil }
        guard parts.count == 2 else {
            key = TaskKey(taskID: task)
            return
        }
        guard let workflow = WorkflowID(parts[0]) else { return nil }
        key = TaskKey(workflowID: workflow, taskID: task)
    }

    /// The workflow that the same word could mean.
    var workflow: WorkflowID? { key.workflowID == nil ? WorkflowID(key.taskID.description) : nil }
    /// The agent that the same word could mean.
    var agent: AgentID? { key.workflowID == nil ? AgentID(key.taskID.description) : nil }
}
