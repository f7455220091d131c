import ConductorModel
import ConductorProtocol

/// How many commands a process can have at once for the descriptors that it may open.
package struct CommandRoom: Hashable, Sendable {
    /// The pipes to and from a command, and the line to its guard.
    static let perCommand = 4
    /// The connection to the daemon, and the next one before the kernel is done with it.
    static let perAgent = 2
    /// For the event loops, and for a command that is just being started.
    static let reserve = 24

    package let commands: Int

    /// - Parameter free: Descriptors that can be opened.
    package init(free: Int, agents: Int) {
        commands = max((free - Self.reserve - agents * Self.perAgent) / Self.perCommand, 1)
    }
}

extension FleetFile {
    /// The fleet with capacities that fit, shared out in proportion where they do not; an agent has room for one always.
    package func fitted(to room: CommandRoom) -> FleetFile {
        let wanted = members.reduce(0) { $0 + $1.registration.capacity }
        guard wanted > room.commands else { return self }
        return FleetFile(
            members: members.map { member in
                var member = member
                member.registration.capacity = max(member.registration.capacity * room.commands / wanted, 1)
                return member
            })
    }
}
