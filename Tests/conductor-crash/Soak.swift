import ArgumentParser
import ConductorFaults
import ConductorTestSupport

struct Soak: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Mixed load for a long time: memory and descriptors must stop growing.")

    @Option(help: "How long.")
    var seconds = 3600

    @Option(help: "Seconds between two lines.")
    var interval = 60

    @Option(help: "Requests per second, as far as the machine carries them.")
    var rate = 400

    @OptionGroup var seed: Seed

    func run() async throws {
        var soak = SoakRun(duration: .seconds(seconds), interval: .seconds(interval), seed: seed.seed)
        soak.requestsPerSecond = rate
        let report = try await soak.run { sample in
            say(
                "\(Int(sample.second)) s: resident \(sample.figures.resident) KiB, "
                    + "anonymous \(sample.figures.anonymous) KiB, \(sample.figures.descriptors) descriptors, "
                    + "\(sample.acknowledged) acknowledged")
        }
        let slope = report.anonymousSlope.map { "\(Int($0)) KiB per minute" } ?? "unknown"
        say("anonymous memory over the second half: \(slope); at most \(Int(soak.allowedSlope)) are allowed")
        try conclude(report.violations)
    }
}
