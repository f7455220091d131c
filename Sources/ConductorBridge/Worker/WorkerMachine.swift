import ConductorModel
import ConductorProtocol

/// The side of a bridge whose daemon has agents for others' work: a value without clock, network or disk.
///
/// It stores nothing. What it has claimed is in its daemon, under ids that follow from the claims, and in the records of
/// the owners, who name it after a restart.
public struct WorkerMachine: Sendable {
    /// Agents of a type that others may use.
    public struct Lending: Hashable, Sendable {
        /// How many tasks of others may run at once.
        public var capacity: Int
        /// The hosts whose tasks they may be.
        public var owners: Set<HostName>

        public init(capacity: Int, owners: Set<HostName>) {
            self.capacity = capacity
            self.owners = owners
        }
    }

    public struct Configuration: Sendable {
        public var lendings: [AgentType: Lending]
        /// Another one after each start.
        public var session: Int
        /// Between two reports to an owner.
        public var beat: Duration = .seconds(3)
        /// A request that no owner has answered for so long is given up.
        public var patience: Duration = .seconds(10)
        /// Longer messages do not reach the network.
        public var messageBytes = BridgeLimits.messageBytes
        package var canaries = BridgeCanaries()

        public init(lendings: [AgentType: Lending], session: Int) {
            self.lendings = lendings
            self.session = session
        }
    }

    public enum Input: Sendable {
        case tick
        case received(OwnerMessage, from: HostName)
        /// The own daemon is there, with these tasks of others that have not ended.
        case connected([(ClaimName, AgentType)])
        case disconnected
        /// How many tasks of each type the own daemon's agents could take now.
        case free(TypeCounts)
        case ended(ClaimName, LocalEnding)
        /// The own daemon takes nothing for now.
        case postponed(ClaimName)
        case found(ClaimName, LocalTask)
        /// The own daemon has ended the task, or does not know it.
        case cancelled(ClaimName)
        /// What the work says of itself.
        case reported(ClaimName, AttemptReport.Content)
        /// Nothing more is claimed; what is at work stays with the daemon.
        case stop
    }

    public enum Action: Sendable {
        case send(WorkerMessage, to: HostName)
        /// Gives the own daemon the task and waits for its end; a repeat is the same task.
        case dispatch(ClaimName, TaskDefinition)
        case lookUp(ClaimName)
        case cancel(ClaimName, reason: String)
    }

    struct Owner: Sendable {
        var reports = 0
        var requests = 0
        /// The claims that the newest report names.
        var reported: Set<ClaimID> = []
        var offers = TypeCounts()
    }

    struct PendingRequest: Sendable {
        let owner: HostName
        let name: RequestName
        let agentType: AgentType
        let madeAt: Duration
    }

    public let configuration: Configuration
    var owners: [HostName: Owner] = [:]
    /// Who is asked next: each owner in its turn.
    var order: [HostName]
    var requests: [PendingRequest] = []
    var held: [HeldClaim] = []
    var free = TypeCounts()
    var isConnected = false
    var isStopping = false
    var nextBeat: Duration
    var actions: [Action] = []

    public init(_ configuration: Configuration, at now: Duration) {
        self.configuration = configuration
        order = Set(configuration.lendings.values.flatMap(\.owners)).sorted()
        nextBeat = now
        for owner in order { owners[owner] = Owner() }
    }

    public mutating func handle(_ input: Input, at now: Duration) -> [Action] {
        switch input {
        case .tick: tick(now)
        case .received(let message, let owner): receive(message, from: owner, now)
        case .connected(let remaining): connected(remaining)
        case .disconnected: disconnected()
        case .free(let counts): free = counts
        case .ended(let name, let ending): ended(name, ending, now)
        case .postponed(let name): postponed(name)
        case .found(let name, let task): found(name, task, now)
        case .cancelled(let name): remove(name) { if case .withdrawn = $0 { true } else { false } }
        case .reported(let name, let content): reported(name, content)
        case .stop: isStopping = true
        }
        claimMore(now)
        defer { actions = [] }
        return actions
    }

    /// What the owners are to know: names of claims at work or not yet settled.
    public var claims: [ClaimName] { held.filter(\.isWanted).map(\.name) }

    private mutating func tick(_ now: Duration) {
        requests.removeAll { now - $0.madeAt > configuration.patience }
        guard now >= nextBeat else { return }
        nextBeat = now + configuration.beat
        for owner in order { report(to: owner) }
        for request in requests { actions.append(.send(.request(request.name, request.agentType), to: request.owner)) }
        for index in held.indices { repeatStage(index, now) }
    }

    private mutating func report(to name: HostName) {
        guard var owner = owners[name] else { return }
        owner.reports += 1
        let claims = held.filter { $0.name.owner == name && $0.isWanted && $0.firstReport <= owner.reports }
        owner.reported = Set(claims.map(\.name.claim))
        owners[name] = owner
        var room = TypeCounts()
        for (type, lending) in configuration.lendings where lending.owners.contains(name) {
            let mine = held.count { $0.name.owner == name && $0.agentType == type && $0.isAtWork }
            let asked = requests.count { $0.owner == name && $0.agentType == type }
            room[type] = isStopping ? 0 : mine + asked + available(type)
        }
        let report = WorkerMessage.Report(
            name: RequestName(session: configuration.session, number: owner.reports), room: room,
            claims: claims.map(\.name.claim))
        actions.append(.send(.report(report), to: name))
    }

    /// What has not been acknowledged is said anew.
    private mutating func repeatStage(_ index: Int, _ now: Duration) {
        let claim = held[index]
        switch claim.stage {
        case .answered(let answer, let saidAt) where now - saidAt >= configuration.beat:
            held[index].stage = .answered(answer, saidAt: now)
            actions.append(.send(.answer(claim.name.claim, claim.key, answer), to: claim.name.owner))
        case .declined(let reason, let saidAt) where now - saidAt >= configuration.beat:
            held[index].stage = .declined(reason: reason, saidAt: now)
            actions.append(.send(.decline(claim.name.claim, reason: reason), to: claim.name.owner))
        case .begun(let grant, isOrdered: false) where isConnected:
            held[index].stage = .begun(grant, isOrdered: true)
            actions.append(.dispatch(claim.name, grant.localTask(claim.name)))
        case .recalled where isConnected: actions.append(.lookUp(claim.name))
        case .withdrawn(let reason) where isConnected: actions.append(.cancel(claim.name, reason: reason))
        case .begun, .recalled, .answered, .declined, .withdrawn: break
        }
    }

    /// How many more tasks of a type could be claimed.
    func available(_ type: AgentType) -> Int {
        guard let lending = configuration.lendings[type], isConnected, !isStopping else { return 0 }
        let asked = requests.count { $0.agentType == type }
        let taken = held.count { $0.agentType == type && $0.isAtWork }
        return max(0, min(lending.capacity - taken - asked, free[type] - asked, BridgeLimits.claims - held.count))
    }

    /// Asks the owners in turn for what they offer, as far as there is room.
    private mutating func claimMore(_ now: Duration) {
        for type in AgentType.allCases {
            guard let lending = configuration.lendings[type] else { continue }
            var room = available(type)
            while room > 0 {
                let next = order.firstIndex { lending.owners.contains($0) && (owners[$0]?.offers[type] ?? 0) > 0 }
                guard let next else { break }
                let owner = order.remove(at: next)
                order.append(owner)
                ask(owner, type, now)
                room -= 1
            }
        }
    }

    private mutating func ask(_ name: HostName, _ type: AgentType, _ now: Duration) {
        guard var owner = owners[name] else { return }
        owner.requests += 1
        owner.offers[type] -= 1
        owners[name] = owner
        let request = RequestName(session: configuration.session, number: owner.requests)
        requests.append(PendingRequest(owner: name, name: request, agentType: type, madeAt: now))
        actions.append(.send(.request(request, type), to: name))
    }

    mutating func remove(_ name: ClaimName, where isOver: (HeldClaim.Stage) -> Bool) {
        held.removeAll { $0.name == name && isOver($0.stage) }
    }
}
