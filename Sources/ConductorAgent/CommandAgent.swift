import ConductorJSON
import ConductorModel
import Subprocess
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Makes any command an agent: the task comes as one line of JSON on its standard input and in `CONDUCTOR_*` variables,
/// the result is the JSON object that it prints, its standard error becomes log lines.
///
/// The command runs in a session and process group of its own. All of the group gets SIGTERM when the attempt is
/// cancelled or times out, SIGKILL 5 s later; what the command leaves behind when it ends gets SIGKILL at once.
public struct CommandAgent: Agent {
    /// Bytes of standard output that are taken.
    public static let outputBytes = 1 << 20
    /// From SIGTERM to SIGKILL.
    public static let gracePeriod: Duration = .seconds(5)

    private let executable: String
    private let arguments: [String]
    private let workingDirectory: String?
    private let environment: [Environment.Key: String?]

    /// Finds the command now, so that an agent which could not execute anything does not start.
    ///
    /// - Parameters:
    ///   - command: The executable, by name or by path, and its arguments.
    ///   - environment: Variables beside those that the command inherits; `CONDUCTOR_*` stand above them.
    public init(
        _ command: [String], workingDirectory: String? = nil, environment: [String: String] = [:]
    ) throws(CommandNotRunnable) {
        guard let name = command.first else { throw CommandNotRunnable(command: "", reason: .missing) }
        executable = try CommandPath.resolve(name)
        arguments = Array(command.dropFirst())
        self.workingDirectory = workingDirectory
        // A command that does not read its input would end the agent otherwise.
        signal(SIGPIPE, SIG_IGN)
        self.environment = Dictionary(
            uniqueKeysWithValues: environment.compactMap { name, value in
                Environment.Key(rawValue: name).map { ($0, value) }
            })
    }

    public func execute(_ assignment: TaskAssignment, _ context: TaskContext) async throws -> TaskOutput {
        let result = try await run(
            configuration(for: assignment, context), input: .inputWriter, output: .sequence, error: .sequence
        ) { execution in
            async let group: Void = CommandGroup.sweepWhenEnded(execution)
            async let fed: Void = Self.feed(assignment, to: execution.standardInputWriter)
            async let complaints = Self.log(execution.standardError, to: context)
            let output = await Self.collect(execution.standardOutput)
            if case .tooLarge = output { await CommandGroup.end(execution) }
            await fed
            await group
            return (output, await complaints)
        }
        let (output, complaints) = result.closureResult
        return try CommandOutcome(
            ending: CommandOutcome.Ending(result.terminationStatus), output: output, complaints: complaints
        ).taskOutput()
    }

    private func configuration(for assignment: TaskAssignment, _ context: TaskContext) -> Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = CommandGroup.teardown
        let guarded = CommandPath.withParentDeathSignal([executable] + arguments)
        return Configuration(
            executable: .path(FilePath(guarded.executable)),
            arguments: Arguments(guarded.arguments),
            environment: .inherit.updating(environment).updating(Self.variables(for: assignment, context)),
            workingDirectory: workingDirectory.map { FilePath($0) },
            platformOptions: options)
    }

    /// What does not apply is taken away, should the agent itself run under another one. The token is the agent's alone.
    private static func variables(
        for assignment: TaskAssignment, _ context: TaskContext
    ) -> [Environment.Key: String?] {
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

    /// A command need not read its input.
    private static func feed(_ assignment: TaskAssignment, to writer: StandardInputWriter) async {
        _ = try? await writer.write(assignment.jsonText.bytes + [UInt8(ascii: "\n")])
        try? await writer.finish()
    }

    private static func collect(_ output: SubprocessOutputSequence) async -> CommandOutcome.Output {
        var bytes: [UInt8] = []
        do {
            for try await chunk in output {
                guard bytes.count + chunk.count <= outputBytes else { return .tooLarge }
                chunk.withUnsafeBytes { bytes.append(contentsOf: $0) }
            }
        } catch {
            return .unreadable("\(error)")
        }
        return .bytes(bytes)
    }

    /// Returns the last lines.
    private static func log(_ errors: SubprocessOutputSequence, to context: TaskContext) async -> [String] {
        var splitter = LineSplitter()
        var last = LastLines()
        do {
            for try await chunk in errors {
                for line in chunk.withUnsafeBytes({ splitter.append($0) }) {
                    last.append(line)
                    await context.log(line, stream: "stderr")
                }
            }
        } catch {
            await context.log("conductor: standard error is not readable: \(error)", stream: "stderr")
        }
        if let line = splitter.finish() {
            last.append(line)
            await context.log(line, stream: "stderr")
        }
        return last.lines
    }
}
