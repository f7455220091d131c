import ArgumentParser
import CConductorAgent
import ConductorCommandLine
import ConductorJSON
import ConductorProcess
import Glibc
import NIOCore

@main
struct Main {
    static func main() async {
        // As the first process of a container: what it starts may leave orphans. A child has none of the threads
        // that its parent has started, so this comes first.
        if getpid() == 1 { conductor_become_child_of_init() }
        InheritedState.repair()
        // A reader that has gone away is told by the write that fails.
        signal(SIGPIPE, SIG_IGN)
        // Else as many as there are processors, all started with the first connection.
        NIOSingletons.groupLoopCountSuggestion = 1
        do {
            // Of a connection, and of what listens for signals.
            try DescriptorLimit.require(16)
            // Of event loops, and of libdispatch.
            try ThreadLimit.require(8)
            var command = try await Conductorctl.asyncParseAsRoot(LeadingOptions.moved(ProgramArguments.values))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            exit(report(error).rawValue)
        }
    }

    /// Says what there is to say and returns the status to exit with.
    private static func report(_ error: any Error) -> ExitStatus {
        let parsing = Conductorctl.exitCode(for: error)
        let isParsing = parsing == .success || parsing == .validationFailure
        let failure = isParsing ? nil : Failure(error)
        if let failure { return say(failure, error) }
        let whole = Conductorctl.fullMessage(for: error, columns: Terminal.pageWidth)
        let unknown = UnknownCommand(in: LeadingOptions.moved(ProgramArguments.values))
        let message = TerminalText.sanitizedLines(of: unknown?.explained(whole) ?? whole)
        guard parsing == .success else {
            try? Output.error.line(message)
            // How the command is used, people read.
            let first = message.prefix { $0 != "\n" }
            tell(ErrorObject(usage: String(first.hasPrefix("Error: ") ? first.dropFirst(7) : first)))
            return .usage
        }
        do throws(OutputFault) {
            try Output.standard.line(message)
            return .success
        } catch {
            return say(Failure(error), error)
        }
    }

    /// What cannot be said is not said; the status tells.
    private static func say(_ failure: Failure, _ error: any Error) -> ExitStatus {
        // A problem in a file begins with its place, as editors expect it.
        let name = error is SourceProblems ? "" : "conductorctl: "
        let message = TerminalText.sanitizedLines(of: failure.message)
        if !message.isEmpty { try? Output.error.line(name + message) }
        tell(ErrorObject(error))
        return failure.status
    }

    /// With --json, as the last line of standard output. The arguments say whether: what cannot be parsed has no options.
    private static func tell(_ error: ErrorObject?) {
        let arguments = ProgramArguments.values.prefix { $0 != "--" }
        guard let error, arguments.contains("--json") else { return }
        try? Output.standard.line(TerminalText.line(json: error.jsonText.string))
    }
}
