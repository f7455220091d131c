import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorModel

struct Ping: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ping", abstract: "See whether the daemon answers, and how fast.",
        usage: "conductorctl ping [--wait] [--timeout <seconds>] [<options>]")

    @Flag(help: "Wait for a daemon that has not begun yet too, in all as long as --timeout.")
    var wait = false

    @OptionGroup var patience: PatienceOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let clock = ContinuousClock()
        let client = try await connect(until: clock.now + patience.replyTimeout)
        let time = try await clock.measure { try await client.ping() }
        let line = "conductord answers at \(common.daemon) after \(time.microseconds) µs"
        try common.format.show(["round_trip_seconds": time], lines: [line])
    }

    private func connect(until deadline: ContinuousClock.Instant) async throws -> ConductorClient {
        while true {
            do {
                return try await common.connect(replyTimeout: patience.replyTimeout)
            } catch ConnectionFault.notReachable where wait && .now < deadline {
                try await Task.sleep(for: Self.pause)
            }
        }
    }

    private static let pause = Duration.milliseconds(20)
}
