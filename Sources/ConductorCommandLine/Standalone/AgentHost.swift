import ConductorAgent
import ConductorModel
import ConductorProcess
import ConductorProtocol

/// This process as one that serves agents: it takes what descriptors it can get, and knows how many commands fit.
package struct AgentHost: Sendable {
    package let commands: CommandHost
    /// The fleet as it is registered: with no more capacity than this process has descriptors for.
    package let fleet: FleetFile

    package init(_ fleet: FleetFile, socket: DaemonSocket) {
        var commands = CommandHost(
            socket: socket.path, daemonUID: socket.uid, fileLimit: DescriptorLimit.raise())
        commands.controlGroups = ControlGroups.delegated()
        self.commands = commands
        let room = CommandRoom(free: DescriptorLimit.free, agents: fleet.members.count)
        self.fleet = fleet.fitted(to: room)
    }

    /// Throws where there are too few descriptors for a single command. To be asked before anything is started.
    package static func requireRoom() throws(DescriptorLimit.TooLow) {
        try DescriptorLimit.require(CommandRoom.reserve + CommandRoom.perAgent + CommandRoom.perCommand)
    }

    /// What is to be told of agents that get less than they were to have.
    package func remarks(on file: FleetFile) -> [String] {
        zip(file.members, fleet.members).compactMap { wanted, fitted in
            guard fitted.registration.capacity < wanted.registration.capacity else { return nil }
            return "agent \(wanted.registration.agentID): capacity \(fitted.registration.capacity) instead of "
                + "\(wanted.registration.capacity): for more, this process may open too few descriptors (ulimit -n)"
        }
    }
}
