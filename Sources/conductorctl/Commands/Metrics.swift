import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Metrics: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Print the daemon's metrics.",
        discussion: "For Prometheus' node exporter, write them to a file of its textfile collector.")

    @Option(help: "How they are written; --json means --format json.")
    var format = MetricsReport.Format.prometheus

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        switch common.format.json ? .json : format {
        case .prometheus: try Output.standard.write(try await client.metricsText())
        case .json: try Output.standard.line(TerminalText.line(json: try await client.metrics().text.string))
        }
    }
}
