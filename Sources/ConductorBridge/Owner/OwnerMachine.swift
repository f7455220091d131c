import ConductorModel
import ConductorProtocol

/// The side of a bridge whose daemon has work for others: a value without clock, network or disk.
///
/// Its daemon is the ledger. The machine holds what that has given it and says who has it; each attempt has at most one
/// claim, so that whatever a claim is worth ends with the daemon's own word on the attempt.
public struct OwnerMachine: Sendable {
    /// Work of a type that goes to others.
    public struct Offering: Hashable, Sendable {
        /// How many attempts each of the hosts may have at once.
        public var capacity: Int
        /// The hosts that may have them.
        public var hosts: Set<HostName>
        /// What tasks may demand of these hosts' agents, beside `host=` and the name of one.
        public var labels = AgentLabels.none

        public init(capacity: Int, hosts: Set<HostName>) {
            self.capacity = capacity
            self.hosts = hosts
        }
    }

    public struct Configuration: Sendable {
        public var host: HostName
        public var offerings: [AgentType: Offering]
        /// A claim of which nothing is heard for so long is lost.
        public var lease: Duration = .seconds(15)
        /// After which the daemon is told again what it has not answered, and asked again for a registration.
        public var patience: Duration = .seconds(3)
        /// Longer messages do not reach the network.
        public var messageBytes = BridgeLimits.messageBytes
        package var canaries = BridgeCanaries()

        public init(host: HostName, offerings: [AgentType: Offering]) {
            self.host = host
            self.offerings = offerings
        }
    }

    public enum Input: Sendable {
        case tick
        case received(WorkerMessage, from: HostName)
        /// The daemon took the registration of the seat's agent.
        case registered(Seat, adopted: [TaskID])
        /// There is no registration, or no longer.
        case unregistered(Seat)
        /// The daemon gives the seat's agent nothing more.
        case drained(Seat)
        case execute(TaskAssignment, Seat)
        case cancel(AttemptCancellation, Seat)
        /// The daemon has the outcome, or does not want it any more.
        case completed(AttemptToken)
        /// The daemon has the attempt back, or does not want it any more.
        case returned(AttemptToken)
        /// The record of the claim is on disk.
        case recorded(ClaimID)
        /// Nothing more is offered; what is claimed stays with its workers.
        case stop
    }

    public enum Action: Sendable {
        case send(OwnerMessage, to: HostName)
        /// Registers the seat's agent on a connection of its own, in place of the one that it may have.
        case register(AgentRegistration, Seat)
        /// The seat's agent is to get no further work.
        case drain(Seat)
        case complete(TaskCompletion)
        case giveBack(AttemptReference)
        /// Is said on the connection of the seat's agent.
        case report(AttemptReport, Seat)
        case record(ClaimRecord)
        case erase(ClaimID)
    }

    /// The registration of a seat's agent.
    enum Line: Sendable {
        case away(retryAt: Duration)
        case registering(capacity: Int, isDraining: Bool)
        case registered(capacity: Int, since: Duration)
        /// The daemon was asked to give it nothing more.
        case draining
        /// It gives nothing more: what was under way has come.
        case drained
    }

    public let configuration: Configuration
    /// In their order.
    let seats: [Seat]
    var lines: [Seat: Line] = [:]
    /// In the order in which they came.
    var held: [OwnedAttempt]
    var hosts: [HostName: WorkerHost] = [:]
    var isStopping = false
    var actions: [Action] = []

    /// - Parameter records: the claims that were recorded and not erased before a restart.
    public init(_ configuration: Configuration, restoring records: [ClaimRecord], at now: Duration) {
        self.configuration = configuration
        seats = configuration.offerings.flatMap { type, offering in
            offering.hosts.map { Seat(host: $0, agentType: type) }
        }.sorted()
        for seat in seats { lines[seat] = .away(retryAt: now) }
        let known = configuration.canaries.plants(.forgetClaimsOnRestart) ? [] : records
        held = known.map {
            OwnedAttempt(
                reference: $0.attempt, workflowID: $0.workflowID, seat: $0.seat,
                stage: .claimed($0, .unknown, heardAt: now))
        }
        for record in records where lines[record.seat] == nil {
            held.removeAll { $0.reference == record.attempt }
            actions.append(.erase(record.claim))
        }
    }

    public mutating func handle(
        _ input: Input, at now: Duration, random: inout some RandomNumberGenerator
    ) -> [Action] {
        switch input {
        case .tick: tick(now)
        case .received(let message, let host): receive(message, from: host, now, &random)
        case .registered(let seat, let adopted): registered(seat, adopted, now)
        case .unregistered(let seat): unregistered(seat, now)
        case .drained(let seat): drained(seat, now)
        case .execute(let assignment, let seat): take(assignment, seat, now)
        case .cancel(let order, let seat): cancel(order, seat, now)
        case .completed(let token): completed(token)
        case .returned(let token): returned(token)
        case .recorded(let claim): recorded(claim, now)
        case .stop: stop(now)
        }
        defer { actions = [] }
        return actions
    }

    /// Whether everything but claims is with the daemon: a stop need not wait any longer.
    public var isSettled: Bool {
        held.allSatisfy {
            switch $0.stage {
            case .offered, .returning, .recording, .answered, .ended: false
            case .claimed: true
            }
        }
    }

    private mutating func unregistered(_ seat: Seat, _ now: Duration) {
        lines[seat] = .away(retryAt: now + configuration.patience)
        guard configuration.canaries.plants(.dropOnDisconnect) else { return }
        held.removeAll { if case .answered = $0.stage { $0.seat == seat } else { false } }
    }

    private mutating func tick(_ now: Duration) {
        hosts = hosts.filter { now - $0.value.heardAt <= configuration.lease }
        for index in held.indices {
            switch held[index].stage {
            case .claimed(let record, let source, let heardAt) where now - heardAt > configuration.lease:
                lose(index, record, source, now)
            case .answered(let record, let completion, let toldAt) where now - toldAt >= configuration.patience:
                held[index].stage = .answered(record, completion, toldAt: now)
                actions.append(.complete(completion))
            case .ended(let completion, let toldAt) where now - toldAt >= configuration.patience:
                held[index].stage = .ended(completion, toldAt: now)
                actions.append(.complete(completion))
            case .returning(let askedAt) where now - askedAt >= configuration.patience:
                held[index].stage = .returning(askedAt: now)
                actions.append(.giveBack(held[index].reference))
            case .offered, .recording, .claimed, .answered, .ended, .returning: break
            }
        }
        giveBackUnclaimable(now)
        keepLines(now)
    }

    private mutating func lose(
        _ index: Int, _ record: ClaimRecord, _ source: OwnedAttempt.Source, _ now: Duration
    ) {
        if configuration.canaries.plants(.regrantLostClaim), case .known(let content) = source {
            held[index].stage = .offered(content)
            return actions.append(.erase(record.claim))
        }
        end(index, WorkAnswer(failed: "AGENT_LOST", "nothing was heard from host \(record.host)"), now)
    }

    /// The attempt ends by the owner's own word; a claim on it ends too.
    mutating func end(_ index: Int, _ answer: WorkAnswer, _ now: Duration) {
        switch held[index].stage {
        case .recording(let record, _):
            actions.append(.erase(record.claim))
        case .claimed(let record, _, _):
            actions.append(.erase(record.claim))
            actions.append(.send(.cancel(record.claim, reason: answer.errorMessage ?? ""), to: record.host))
        case .offered, .returning, .answered, .ended: break
        }
        let completion = answer.completion(of: held[index].reference)
        held[index].stage = .ended(completion, toldAt: now)
        actions.append(.complete(completion))
    }

    private mutating func stop(_ now: Duration) {
        isStopping = true
        for seat in seats {
            switch lines[seat] {
            case .registered: drain(seat)
            case .registering, .draining, .drained, .away, nil: break
            }
        }
        for index in held.indices where held[index].isOffered { giveBack(index, now) }
    }

    mutating func giveBack(_ index: Int, _ now: Duration) {
        held[index].stage = .returning(askedAt: now)
        actions.append(.giveBack(held[index].reference))
    }
}
