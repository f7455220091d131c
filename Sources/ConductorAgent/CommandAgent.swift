import ConductorProtocol
import ConductorJSON
import ConductorModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Makes any command an agent: the task comes as one line of JSON on its standard input and in `CONDUCTOR_*` variables,
/// the result is the JSON object that it prints, its standard error becomes log lines.
///
/// The command runs in a session of its own, under a guard: this program again, under the name `conductor-guard`. All
/// processes of the command get SIGTERM when the attempt is cancelled or times out, SIGKILL 5 s later; what the command
/// leaves running when it ends gets SIGKILL, and so does all where this program ends, however it ends.
public struct CommandAgent: Agent {
    /// Bytes of standard output that are taken.
    public static let outputBytes = 1 << 20
    /// From SIGTERM to SIGKILL.
    public static let gracePeriod: Duration = .seconds(5)

    private let command: [String]
    private let workingDirectory: String?
    private let environment: [String: String]
    private let host: CommandHost?

    /// Finds the command and its folder now, so that an agent which could not execute anything does not start. What is
    /// found now is what is executed: relative paths start from where this program is now.
    ///
    /// - Parameters:
    ///   - command: The executable, by name or by path, and its arguments.
    ///   - workingDirectory: Where the command starts; where this program is, unless it is said.
    ///   - environment: Variables beside those that the command inherits; `CONDUCTOR_*` are set over them.
    ///   - host: What the command is told of the daemon, and what it runs under.
    public init(
        _ command: [String], workingDirectory: String? = nil, environment: [String: String] = [:],
        host: CommandHost? = nil
    ) throws(CommandNotRunnable) {
        guard let name = command.first else { throw CommandNotRunnable(command: "", reason: .missing) }
        self.command = [try CommandPath.resolve(name)] + command.dropFirst()
        self.workingDirectory = try workingDirectory.map(CommandPath.folder)
        self.environment = environment
        self.host = host
        // A command that does not read its input would end the agent otherwise. The guard takes it back.
        signal(SIGPIPE, SIG_IGN)
    }

    public func execute(_ assignment: TaskAssignment, _ context: TaskContext) async throws -> TaskOutput {
        let plan = plan(for: assignment, context)
        let process: CommandProcess
        do throws(CommandStartFault) {
            process = try await CommandProcess.start(plan)
        } catch {
            if let group = plan.controlGroup { ControlGroups.end(group) }
            throw self.error(of: error)
        }
        let run = CommandRun(process: process, assignment: assignment, context: context)
        // A cancellation has work to do: what runs is ended, and awaited here.
        let work = Task { await run.conclude() }
        let (report, output, complaints) = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            process.terminate()
        }
        let ending: CommandOutcome.Ending
        switch report.ending {
        case .exited(let status): ending = .exited(status)
        case .signalled(let signal): ending = .signalled(signal)
        case .unknown:
            if let group = plan.controlGroup { ControlGroups.end(group) }
            ending = .guardEnded
        case .notStarted(let step, let errno):
            throw error(of: CommandStartFault(plan.step(named: step), errno: errno))
        }
        return try CommandOutcome(ending: ending, output: output, complaints: complaints, usage: report.usage)
            .taskOutput()
    }

    private func error(of fault: CommandStartFault) -> any Error {
        if fault.isShortage { return ResourceShortage("\(fault)") }
        return fault.isTransient ? TransientError("\(fault)") : TaskFailure("\(fault)", code: "COMMAND_FAILED")
    }

    private func plan(for assignment: TaskAssignment, _ context: TaskContext) -> CommandPlan {
        var variables = CommandEnvironment()
        variables.set(environment)
        variables.set(Self.variables(for: assignment, context))
        if let host { variables.set(host.variables) }
        return CommandPlan(
            command: command, workingDirectory: workingDirectory, environment: variables, fileLimit: host?.fileLimit,
            controlGroup: host?.controlGroups?.make(for: assignment.token), gracePeriod: Self.gracePeriod)
    }

    /// What does not apply is taken away, should the agent itself run under another one. The token is the agent's alone.
    private static func variables(for assignment: TaskAssignment, _ context: TaskContext) -> [String: String?] {
        [
            "CONDUCTOR_TASK_ID": assignment.task.taskID?.description,
            "CONDUCTOR_TASK_NAME": assignment.task.name,
            "CONDUCTOR_WORKFLOW_ID": assignment.workflowID?.description,
            "CONDUCTOR_PHASE": assignment.phase?.rawValue,
            "CONDUCTOR_ATTEMPT": "\(assignment.attempt)",
            "CONDUCTOR_AGENT_ID": context.agentID.description,
            "CONDUCTOR_AGENT_TYPE": context.agentType.rawValue,
            "CONDUCTOR_TIMEOUT_SECONDS": assignment.timeout.jsonText.string,
            "CONDUCTOR_DEADLINE": assignment.deadline.description,
        ]
    }
}
