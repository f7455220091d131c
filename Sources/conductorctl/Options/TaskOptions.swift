import ArgumentParser
import ConductorCommandLine
import ConductorJSON
import ConductorModel

/// A task, from a file or from options.
struct TaskOptions: ParsableArguments {
    @Argument(help: "A YAML or JSON file with the task; the options override it.", completion: .file())
    var file: String?

    @Option(help: "The type of agent that the task is for.")
    var type: AgentType?

    @Option(
        help: ArgumentHelp(
            "A label that its agent must have, such as gpu; id=ID for one agent. May be repeated.", valueName: "label"))
    var agentLabel: [AgentLabel] = []

    @Option(parsing: .unconditional, help: "What people call the task.")
    var name: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Its input: a JSON object, or @ and a YAML or JSON file.", valueName: "json"))
    var input: String?

    @Option(help: "Its id; the same id with the same content is the same work.")
    var id: TaskID?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long an attempt may take, from 1 to 86400.", valueName: "seconds"))
    var timeout: Double?

    @Option(help: "How urgent it is.")
    var priority: Priority?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("How often it is retried, from 0 to 20.", valueName: "count"))
    var maxRetries: Int?

    func validate() throws {
        guard file != nil || (type != nil && name != nil) else {
            throw ValidationError("A task is a file, or has at least --type and --name.")
        }
        guard agentLabel.count <= Limits.labels else {
            throw ValidationError("A task demands at most \(Limits.labels) labels.")
        }
        guard (1...86_400).contains(timeout ?? 1) else { throw ValidationError("--timeout is from 1 to 86400.") }
        guard (0...20).contains(maxRetries ?? 0) else { throw ValidationError("--max-retries is from 0 to 20.") }
    }

    /// With an id: asking again, or cancelling, needs one.
    func task() throws -> TaskDefinition {
        var generator = SystemRandomNumberGenerator()
        var task =
            try file.map { try SourceDocument(path: $0).read(as: TaskDefinition.self) }
            ?? TaskDefinition(name: name ?? "", assignedTo: type)
        task.name = name ?? task.name
        task.assignedTo = type ?? task.assignedTo
        if !agentLabel.isEmpty { task.agentLabels = AgentLabels(agentLabel) }
        task.taskID = id ?? task.taskID ?? .uuid(generator.next(), generator.next())
        task.priority = priority ?? task.priority
        if let timeout { task.timeout = Duration(inSeconds: timeout) }
        if let input { task.inputData = try WorkflowInputs.object(input, option: "--input") }
        if let maxRetries {
            var retry = task.retry ?? RetryPolicy()
            retry.maxRetries = maxRetries
            task.retry = retry
        }
        return task
    }
}
