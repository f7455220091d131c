import ConductorBridge
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorRandom
import Testing

/// An owner's machine with a clock that the test moves, whose worker is the host `farm`.
struct OwnerScene {
    var machine: OwnerMachine
    var now: Duration = .zero
    var dice = SplitMix(seed: 1)
    private(set) var said: [OwnerMessage] = []
    private(set) var completions: [TaskCompletion] = []
    private(set) var returns: [AttemptReference] = []
    private(set) var registrations: [AgentRegistration] = []
    private(set) var drains: [Seat] = []
    private(set) var book: [ClaimRecord] = []
    private var reports = 0
    private var requests = 0

    static let farm = host("farm")
    static let seat = Seat(host: farm, agentType: .coding)

    init(messageBytes: Int = BridgeLimits.messageBytes) {
        var configuration = OwnerMachine.Configuration(
            host: host("east"), offerings: [.coding: .init(capacity: 4, hosts: [Self.farm])])
        configuration.messageBytes = messageBytes
        machine = OwnerMachine(configuration, restoring: [], at: .zero)
    }

    /// The farm has room, and the daemon knows the agent.
    mutating func open(room: Int = 2) {
        report(room: room)
        feed(.tick)
        feed(.registered(Self.seat, adopted: []))
    }

    mutating func restart() {
        machine = OwnerMachine(machine.configuration, restoring: book, at: now)
    }

    mutating func feed(_ input: OwnerMachine.Input) {
        for action in machine.handle(input, at: now, random: &dice) {
            switch action {
            case .send(let message, _): said.append(message)
            case .register(let registration, _): registrations.append(registration)
            case .drain(let seat): drains.append(seat)
            case .complete(let completion): completions.append(completion)
            case .giveBack(let attempt): returns.append(attempt)
            case .report: break
            case .record(let record):
                book.append(record)
                feed(.recorded(record.claim))
            case .erase(let claim): book.removeAll { $0.claim == claim }
            }
        }
    }

    mutating func wait(_ time: Duration) {
        now += time
        feed(.tick)
    }

    mutating func execute(_ name: String, attempt: Int = 1, timeout: Duration = .seconds(120)) {
        feed(.execute(assignment(name, attempt: attempt, timeout: timeout), Self.seat))
    }

    mutating func report(room: Int = 2, claims: [ClaimID] = []) {
        reports += 1
        var counts = TypeCounts()
        counts[.coding] = room
        let name = RequestName(session: 1, number: reports)
        feed(.received(.report(.init(name: name, room: counts, claims: claims)), from: Self.farm))
    }

    /// Asks for a task; gives the claim, where there is one.
    @discardableResult
    mutating func request(_ number: Int? = nil) -> ClaimID? {
        requests += 1
        let name = RequestName(session: 1, number: number ?? requests)
        feed(.received(.request(name, .coding), from: Self.farm))
        guard case .grant(_, let grant) = said.last else { return nil }
        return grant.claim
    }

    /// Asks for a task that is there.
    mutating func claim(_ number: Int? = nil) throws -> ClaimID {
        let claim = request(number)
        return try #require(claim)
    }

    mutating func answer(_ claim: ClaimID, _ task: String, from host: HostName = Self.farm) {
        let key = TaskKey(taskID: TaskID(task) ?? .uuid(0, 0))
        feed(.received(.answer(claim, key, WorkAnswer(.completed)), from: host))
    }

    var lastSettled: Bool? {
        guard case .settled(_, let isRecorded) = said.last else { return nil }
        return isRecorded
    }
}

func host(_ name: String) -> HostName {
    guard let host = HostName(name) else { preconditionFailure("\(name) is no host's name") }
    return host
}

func token(_ name: String, _ attempt: Int) -> AttemptToken {
    AttemptToken(high: name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) }, low: UInt64(attempt))
}

func assignment(_ name: String, attempt: Int = 1, timeout: Duration = .seconds(120)) -> TaskAssignment {
    var task = TaskDefinition(name: name, assignedTo: .coding)
    task.taskID = TaskID(name)
    return TaskAssignment(
        task: task, attempt: attempt, token: token(name, attempt), timeout: timeout,
        deadline: Timestamp(microseconds: 0), workflowID: nil, phase: nil, feedback: nil)
}
