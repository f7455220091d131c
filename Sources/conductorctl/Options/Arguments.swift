import ArgumentParser
import ConductorCommandLine
import ConductorModel
import ConductorProtocol

/// Ids and words of the wire, read from the command line as they are read from the wire.
extension Identifier: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension AgentLabel: ExpressibleByArgument {
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

/// A workflow, as people call it: an id, the beginning of one, a name, `name#41`, `@last`.
struct WorkflowArgument: ExpressibleByArgument {
    let reference: WorkReference

    static var defaultCompletionKind: CompletionKind { .known(.workflows) }

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        reference = WorkReference(argument)
    }
}

/// A workflow, a task or an agent, or `WORKFLOW/TASK` for a task of a workflow.
struct WorkArgument: ExpressibleByArgument {
    let text: String
    /// Where there is no slash, what the whole word names.
    let workflow: WorkflowArgument
    let task: TaskID?

    static var defaultCompletionKind: CompletionKind { .known(.work) }

    init?(argument: String) {
        text = argument
        let slash = argument.lastIndex(of: "/")
        task = slash.flatMap { TaskID(String(argument[argument.index(after: $0)...])) }
        guard let workflow = WorkflowArgument(argument: String(argument[..<(slash ?? argument.endIndex)])),
            (slash == nil) == (task == nil)
        else { return nil }
        self.workflow = workflow
    }
}
