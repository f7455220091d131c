import ConductorAgent
import ConductorCommandLine
import ConductorJSON
import ConductorModel

/// Agents that serve until a signal stops them.
struct AgentService {
    private let file: FleetFile
    private let common: CommonOptions

    init(_ file: FleetFile, _ common: CommonOptions) {
        self.file = file
        self.common = common
    }

    /// - Parameters:
    ///   - log: Where their lines go; without one to standard output.
    ///   - ready: Called once all agents are registered.
    func run(
        whenFailing: Fleet.WhenFailing, log: BackgroundLog? = nil, ready: @escaping @Sendable () -> Void = {}
    ) async throws {
        try AgentHost.requireRoom()
        let host = AgentHost(file, socket: common.daemon)
        for remark in host.remarks(on: file) { try Output.error.line("conductorctl: \(remark)") }
        let lines = FleetLines(host.fleet, style: Terminal.style)
        let json = common.format.json
        let dropped = { @Sendable (count: Int) in
            json ? FleetLines.json(dropped: count).string : "\(count.counted("line")) that nobody read are missing here"
        }
        let output =
            log.map { log in DroppingOutput(dropped: dropped) { log.line($0) } }
            ?? DroppingOutput(.standard, dropped: dropped)
        defer { output.finish() }
        let fleet = try Fleet(
            host.fleet, host: host.commands, whenFailing: whenFailing,
            observe: { member, notice in
                let line = json ? FleetLines.json(notice, of: member).string : lines.text(notice, of: member)
                if let line { output.line(line) }
            })
        try await withInterrupts {
            fleet.stop(.finishing)
            return true
        } body: {
            try await fleet.serve(whenRegistered: ready)
        }
    }
}
