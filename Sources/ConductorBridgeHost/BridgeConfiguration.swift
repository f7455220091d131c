import ConductorBridge
import ConductorModel

/// What a bridge is to do for its host.
public struct BridgeConfiguration: Sendable {
    /// Agents of a type that other hosts may use.
    public struct Lending: Hashable, Sendable {
        /// How many tasks of others may run at once.
        public var capacity: Int
        /// The hosts whose tasks they may be.
        public var owners: Set<HostName>
        /// Only agents that have all of these.
        public var labels = AgentLabels.none

        public init(capacity: Int, owners: Set<HostName>) {
            self.capacity = capacity
            self.owners = owners
        }
    }

    public var host: HostName
    public var offerings: [AgentType: OwnerMachine.Offering] = [:]
    public var lendings: [AgentType: Lending] = [:]
    /// A claim of which nothing is heard for so long is lost.
    public var lease: Duration = .seconds(15)
    /// Between two reports to an owner.
    public var beat: Duration = .seconds(3)
    /// How often what has fallen due is done.
    public var tick: Duration = .milliseconds(500)
    /// How long a task of another host may wait for an agent before it goes back.
    public var queueTimeout: Duration = .seconds(10)
    /// How long a stop waits for what the own daemon has not taken yet.
    public var stopPatience: Duration = .seconds(10)
    /// Longer messages do not reach the network.
    public var messageBytes = BridgeLimits.messageBytes

    public init(host: HostName) {
        self.host = host
    }

    var owner: OwnerMachine.Configuration {
        var owner = OwnerMachine.Configuration(host: host, offerings: offerings)
        owner.lease = lease
        owner.patience = min(owner.patience, lease)
        owner.messageBytes = messageBytes
        return owner
    }

    func worker(session: Int) -> WorkerMachine.Configuration {
        var worker = WorkerMachine.Configuration(
            lendings: lendings.mapValues { .init(capacity: $0.capacity, owners: $0.owners) }, session: session)
        worker.beat = beat
        worker.patience = max(beat * 3, .seconds(1))
        worker.messageBytes = messageBytes
        return worker
    }

    /// The agents that stand for other hosts in the own daemon.
    var seats: Set<AgentID> {
        Set(offerings.flatMap { type, offering in offering.hosts.map { Seat(host: $0, agentType: type).agentID } })
    }

    var owners: Set<HostName> { Set(lendings.values.flatMap(\.owners)) }
    var workers: Set<HostName> { Set(offerings.values.flatMap(\.hosts)) }
}
