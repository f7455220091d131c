import ConductorAgent
import ConductorCommandLine
import ConductorJSON
import ConductorModel

/// Agents that serve in the foreground until a signal stops them.
struct AgentService {
    private let members: [FleetFile.Member]
    private let common: CommonOptions

    init(_ members: [FleetFile.Member], _ common: CommonOptions) {
        self.members = members
        self.common = common
    }

    func run() async throws {
        let json = common.format.json
        let fleet = try Fleet(FleetFile(members: members), socket: common.socketPath) { member, notice in
            // Who is stopped by a signal need not be told that nobody listens.
            try? Self.tell(notice, of: member, json: json)
        }
        try await withInterrupts {
            fleet.stop(.finishing)
            return true
        } body: {
            try await fleet.serve()
        }
    }

    private static func tell(_ notice: AgentRunner.Notice, of member: FleetFile.Member, json: Bool) throws {
        let registration = member.registration
        switch notice {
        case .registered:
            let text =
                "agent \(registration.agentID) is registered (\(registration.agentType.rawValue), capacity \(registration.capacity))"
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("registered", true)
                writer.member("agent_id", registration.agentID)
                writer.member("agent_type", registration.agentType)
                writer.member("capacity", registration.capacity)
            }
            try Output.standard.line(json ? writer.text.string : text)
        case .disconnected where Task.isCancelled: break
        case .disconnected(let error):
            let reason = Failure(error).message.prefix { $0 != "\n" }
            try Output.error.line("conductorctl: agent \(registration.agentID): \(reason)")
        case .started, .finished, .cancelling: break
        }
    }
}
