import ConductorBridge
import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorRandom
import ConductorSpecification

/// Time passes in turns. In each, messages arrive, daemons and disks do what they were asked, agents work, and now and
/// then something dies.
struct BridgeSimulator {
    static let turnTime: Duration = .milliseconds(250)
    /// With accidents, and then at most without.
    static let restlessTurns = 160
    static let calmTurns = 2_400

    var dice: SplitMix
    var network: Network
    var owners: [SimulatedOwner] = []
    var workers: [SimulatedWorker] = []
    var audit = BridgeAudit()
    var turn = 0
    var isCalm = false
    var trace: UInt64 = 0
    let canaries: BridgeCanaries
    let narrator: ((String) -> Void)?

    init(seed: UInt64, canary: BridgeCanary?, narrator: ((String) -> Void)?) {
        dice = SplitMix(seed: seed)
        network = Network(&dice)
        canaries = BridgeCanaries(planting: canary)
        self.narrator = narrator
        let ownerNames = ["east", "west"].prefix(1 + dice.below(2)).compactMap(HostName.init)
        let workerNames = ["farm-1", "farm-2", "farm-3"].prefix(1 + dice.below(3)).compactMap(HostName.init)
        for name in ownerNames { owners.append(owner(name, workers: Set(workerNames))) }
        for name in workerNames { workers.append(worker(name, owners: Set(ownerNames))) }
    }

    var now: Duration { Self.turnTime * turn }
    var taskCount: Int { owners.reduce(0) { $0 + $1.tasks.count } }
    var completedCount: Int {
        owners.reduce(0) { sum, owner in
            sum + owner.tasks.count { owner.daemon.task($0)?.outcome?.result.status == .completed }
        }
    }

    private mutating func owner(_ name: HostName, workers: Set<HostName>) -> SimulatedOwner {
        var configuration = OwnerMachine.Configuration(
            host: name,
            offerings: [
                .coding: .init(capacity: 1 + dice.below(8), hosts: workers),
                .review: .init(capacity: 2, hosts: workers),
            ])
        configuration.lease = .seconds(5)
        configuration.patience = .seconds(1)
        configuration.canaries = canaries
        return SimulatedOwner(
            name: name, configuration: configuration,
            daemon: BridgedDaemon(clockOffset: .seconds(dice.below(7_200) - 3_600)),
            bridge: .up(OwnerMachine(configuration, restoring: [], at: .zero)))
    }

    private mutating func worker(_ name: HostName, owners: Set<HostName>) -> SimulatedWorker {
        let lendings: [AgentType: WorkerMachine.Lending] = [
            .coding: .init(capacity: 1 + dice.below(3), owners: owners), .review: .init(capacity: 2, owners: owners),
        ]
        var worker = SimulatedWorker(
            name: name, lendings: lendings,
            daemon: BridgedDaemon(clockOffset: .seconds(dice.below(7_200) - 3_600)), bridge: .down(until: 0))
        worker.bridge = .up(machine(worker))
        for type in SimulatedWorker.agentTypes { worker.registerAgent(type) }
        return worker
    }

    func machine(_ worker: SimulatedWorker) -> WorkerMachine {
        var configuration = WorkerMachine.Configuration(lendings: worker.lendings, session: worker.sessions)
        configuration.beat = .seconds(1)
        configuration.patience = .seconds(4)
        configuration.canaries = canaries
        return WorkerMachine(configuration, at: now)
    }

    mutating func run() throws {
        while turn < Self.restlessTurns { try step() }
        isCalm = true
        narrate("calm: no more accidents")
        network.heal()
        for _ in 0..<(Self.calmTurns / 10) where !isDone {
            for _ in 0..<10 { try step() }
        }
        guard isDone else { throw BridgeViolation("work is left when all is calm: \(leftovers)") }
        for owner in owners {
            for key in owner.tasks {
                guard let result = owner.daemon.task(key)?.outcome?.result else { continue }
                try audit.ended(result)
            }
        }
    }

    private mutating func step() throws {
        turn += 1
        for packet in network.arrivals(at: turn, &dice) { try deliver(packet) }
        for index in owners.indices { try stepOwner(index) }
        for index in workers.indices { try stepWorker(index) }
        if !isCalm { try accident() }
    }

    private var isDone: Bool { leftovers.isEmpty }

    private var leftovers: [String] {
        var left: [String] = []
        for owner in owners {
            left += owner.tasks.filter { !(owner.daemon.task($0)?.status.isTerminal ?? false) }.map {
                "\($0) at \(owner.name)"
            }
            left += owner.book.map { "claim \($0.claim) of \($0.attempt.taskID)" }
        }
        for worker in workers {
            guard case .up(let machine) = worker.bridge else { return left + ["the bridge of \(worker.name)"] }
            left += machine.claims.map { "claim \($0.claim) at \(worker.name)" }
            left += worker.work.map { "work for \($0.assignment.task.taskID?.description ?? "") at \(worker.name)" }
        }
        return left
    }

    func narrate(_ line: @autoclosure () -> String) {
        narrator?("\(turn): \(line())")
    }
}
