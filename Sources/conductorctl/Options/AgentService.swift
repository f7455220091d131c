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
        let lines = FleetLines(file, style: Terminal.style)
        let json = common.format.json
        let fleet = try Fleet(
            file, socket: common.socketPath, whenFailing: whenFailing,
            observe: { member, notice in
                let line = json ? FleetLines.json(notice, of: member).string : lines.text(notice, of: member)
                // Who is stopped by a signal need not be told that nobody listens.
                if let line { try? Output.standard.line(line) }
            })
        try await withInterrupts {
            fleet.stop(.finishing)
            return true
        } body: {
            try await fleet.serve()
        }
    }
}
