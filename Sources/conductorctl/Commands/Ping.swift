import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorModel

struct Ping: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ping", abstract: "See whether the daemon answers, and how fast.")

    @OptionGroup var patience: PatienceOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect(replyTimeout: patience.replyTimeout)
        let clock = ContinuousClock()
        let time = try await clock.measure { try await client.ping() }
        let line = "conductord answers at \(common.daemon) after \(time.microseconds) µs"
        try common.format.show(["round_trip_seconds": time], lines: [line])
    }
}
