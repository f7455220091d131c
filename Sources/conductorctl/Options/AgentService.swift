import ConductorAgent
import ConductorCommandLine
import ConductorJSON
import ConductorModel

/// Agents that serve in the foreground until a signal stops them.
struct AgentService {
    private let file: FleetFile
    private let common: CommonOptions

    init(_ file: FleetFile, _ common: CommonOptions) {
        self.file = file
        self.common = common
    }

    func run(whenFailing: Fleet.WhenFailing) async throws {
        try AgentHost.requireRoom()
        let host = AgentHost(file, socket: common.daemon)
        for remark in host.remarks(on: file) { try Output.error.line("conductorctl: \(remark)") }
        let lines = FleetLines(host.fleet, style: Terminal.style)
        let json = common.format.json
        let output = DroppingOutput(.standard) { count in
            json ? FleetLines.json(dropped: count).string : "\(count.counted("line")) that nobody read are missing here"
        }
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
            try await fleet.serve()
        }
    }
}
