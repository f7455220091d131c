import ArgumentParser
import ConductorCommandLine
import ConductorModel

/// How long a command waits for a daemon that may be stuck.
struct PatienceOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long to wait for the answer, above 0 and to 86400.", valueName: "seconds"))
    var timeout = 10.0

    func validate() throws {
        guard timeout > 0, timeout <= 86_400 else { throw ValidationError("--timeout is above 0 and to 86400.") }
    }

    var replyTimeout: Duration { Duration(inSeconds: timeout) }
}
