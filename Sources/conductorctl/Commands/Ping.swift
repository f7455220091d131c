import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorModel

struct Ping: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "See whether the daemon answers, and how fast.")

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long to wait for the answer, above 0 and to 86400.", valueName: "seconds"))
    var timeout: Double = 10

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard timeout > 0, timeout <= 86_400 else { throw ValidationError("--timeout is above 0 and to 86400.") }
    }

    func run() async throws {
        let client = try await common.connect(replyTimeout: Duration(inSeconds: timeout))
        let clock = ContinuousClock()
        let time = try await clock.measure { try await client.ping() }
        let line = "conductord answers at \(common.socketPath) after \(time.microseconds) µs"
        try common.format.show(["round_trip_seconds": time], lines: [line])
    }
}
