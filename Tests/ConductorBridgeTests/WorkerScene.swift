import ConductorBridge
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

/// A worker's machine with a clock that the test moves, that lends agents for coding.
struct WorkerScene {
    var machine: WorkerMachine
    var now: Duration = .zero
    let owner = host("east")
    private(set) var asked: [HostName] = []
    private(set) var requests: [RequestName] = []
    private(set) var dispatched: [TaskDefinition] = []
    private(set) var lookedUp: [ClaimName] = []
    private(set) var cancelled: [ClaimName] = []
    private(set) var answers: [ClaimID] = []
    private(set) var answerCodes: [String?] = []
    private(set) var declined: [ClaimID] = []
    private var lastReport = RequestName(session: 5, number: 1)

    init(
        capacity: Int = 4, free: Int = 4, owners: [String] = ["east"], messageBytes: Int = BridgeLimits.messageBytes
    ) {
        var configuration = WorkerMachine.Configuration(
            lendings: [.coding: .init(capacity: capacity, owners: Set(owners.map(host)))], session: 5)
        configuration.messageBytes = messageBytes
        machine = WorkerMachine(configuration, at: .zero)
        feed(.connected([]))
        hasFree(free)
        feed(.tick)
    }

    mutating func feed(_ input: WorkerMachine.Input) {
        for action in machine.handle(input, at: now) {
            switch action {
            case .send(.report(let report), owner): lastReport = report.name
            case .send(.request(let name, _), let host):
                requests.append(name)
                asked.append(host)
            case .send(.answer(let claim, _, let answer), _):
                answers.append(claim)
                answerCodes.append(answer.errorCode)
            case .send(.decline(let claim, _), _): declined.append(claim)
            case .send(.report, _), .send(.progress, _): break
            case .dispatch(_, let task): dispatched.append(task)
            case .lookUp(let name): lookedUp.append(name)
            case .cancel(let name, _): cancelled.append(name)
            }
        }
    }

    mutating func wait(_ time: Duration) {
        now += time
        feed(.tick)
    }

    mutating func hasFree(_ count: Int) {
        var counts = TypeCounts()
        counts[.coding] = count
        feed(.free(counts))
    }

    mutating func offer(_ count: Int, of owner: HostName? = nil) {
        var offers = TypeCounts()
        offers[.coding] = count
        feed(.received(.offer(offers), from: owner ?? self.owner))
    }

    func name(_ number: UInt64) -> ClaimName { ClaimName(owner: owner, claim: ClaimID(high: 0, low: number)) }

    /// The owner grants what was asked for last.
    mutating func grant() throws -> ClaimName {
        let request = try #require(requests.last)
        grant(request, claim: 1)
        return name(1)
    }

    mutating func grant(_ request: RequestName, claim: UInt64, type: AgentType = .coding) {
        let text =
            #"{"claim":"\#(ClaimID(high: 0, low: claim))","task":{"task_id":"t","name":"T","#
            + #""assigned_to":"\#(type.rawValue)"},"attempt":1,"timeout_seconds":60}"#
        guard let grant = try? Grant(json: JSONText(parsing: text).parsed()) else { return }
        feed(.received(.grant(request, grant), from: owner))
    }

    /// The owner answers the newest report.
    mutating func stand(_ claims: [UInt64]) {
        let standing = claims.map { number in
            StandingClaim(
                claim: ClaimID(high: 0, low: number), key: TaskKey(taskID: TaskID("t") ?? .uuid(0, 0)),
                agentType: .coding, request: RequestName(session: 4, number: 1))
        }
        feed(.received(.standing(.init(name: lastReport, claims: standing, offers: TypeCounts())), from: owner))
    }
}
