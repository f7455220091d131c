import ArgumentParser
import CConductorAgent
import ConductorCommandLine
import ConductorProcess
import Glibc

@main
struct Main {
    static func main() async {
        InheritedState.repair()
        // As the first process of a container: what it starts may leave others behind.
        if getpid() == 1 { conductor_become_child_of_init() }
        // A reader that has gone away is told by the write that fails.
        signal(SIGPIPE, SIG_IGN)
        do {
            // Of a connection, and of what listens for signals.
            try DescriptorLimit.require(16)
            var command = try Conductorctl.parseAsRoot()
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
        do throws(ClosedPipe) {
            if let failure {
                // A problem in a file begins with its place, as editors expect it.
                let name = error is SourceProblems ? "" : "conductorctl: "
                if !failure.message.isEmpty { try Output.error.line(name + failure.message) }
            } else {
                let output = parsing == .success ? Output.standard : .error
                try output.line(Conductorctl.fullMessage(for: error, columns: Terminal.pageWidth))
            }
        } catch {
            return .closedPipe
        }
        return failure?.status ?? (parsing == .success ? .success : .usage)
    }
}
