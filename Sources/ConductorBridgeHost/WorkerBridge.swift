import ConductorBridge
import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// The worker's side of a bridge: feeds the machine, and does what it says.
actor WorkerBridge {
    private var machine: WorkerMachine
    /// What agents that are lent must have, by type.
    private let labels: [AgentType: AgentLabels]
    /// Agents that are none of this host's.
    private let seats: Set<AgentID>
    private let queueTimeout: Duration
    private let network: any BridgeNetwork
    private let link: DaemonLink
    private let dependencies: BridgeDependencies
    private let observe: @Sendable (BridgeNotice) -> Void
    private let errands = Errands()
    /// What the daemon is being asked just now.
    private var underWay: Set<DaemonCall> = []
    private let hasChanged: AsyncStream<Void>
    private let changes: AsyncStream<Void>.Continuation

    private enum DaemonCall: Hashable {
        case lookUp(ClaimName)
        case cancel(ClaimName)
        case count
    }

    init(
        _ configuration: BridgeConfiguration, session: Int, network: any BridgeNetwork, link: DaemonLink,
        _ dependencies: BridgeDependencies, observe: @escaping @Sendable (BridgeNotice) -> Void
    ) {
        machine = WorkerMachine(configuration.worker(session: session), at: dependencies.now())
        labels = configuration.lendings.mapValues(\.labels)
        seats = configuration.seats
        queueTimeout = configuration.queueTimeout
        self.network = network
        self.link = link
        self.dependencies = dependencies
        self.observe = observe
        (hasChanged, changes) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Until the calling task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.errands.run() }
            group.addTask { for await _ in self.hasChanged { await self.countFreeAgents() } }
            await group.waitForAll()
        }
    }

    func handle(_ input: WorkerMachine.Input) {
        for action in machine.handle(input, at: dependencies.now()) { perform(action) }
    }

    /// Agents may have become free.
    func lookAround() {
        changes.yield()
    }

    private func perform(_ action: WorkerMachine.Action) {
        switch action {
        case .send(let message, let owner):
            network.send(BridgePacket(for: .owner, peer: owner, body: message.jsonText.bytes))
        case .dispatch(let name, var task):
            task.agentLabels = task.assignedTo.flatMap { labels[$0] } ?? .none
            observe(.begun(name))
            // Not kept from being said twice: one is said on each connection, and ends with it.
            errands.begin { [task] in await self.dispatch(name, task) }
        case .lookUp(let name): begin(.lookUp(name)) { await self.lookUp(name) }
        case .cancel(let name, let reason): begin(.cancel(name)) { await self.cancel(name, reason) }
        }
    }

    /// The machine asks again where nothing comes of it; a daemon that does not answer is asked one thing once.
    private func begin(_ call: DaemonCall, _ errand: @escaping Errands.Errand) {
        guard underWay.insert(call).inserted else { return }
        errands.begin {
            await errand()
            await self.ended(call)
        }
    }

    private func ended(_ call: DaemonCall) {
        underWay.remove(call)
    }

    // MARK: What the daemon is asked

    private func dispatch(_ name: ClaimName, _ task: TaskDefinition) async {
        do {
            let client = try await link.current()
            let result = try await client.dispatch(task, whenBusy: .queue, queueTimeout: queueTimeout)
            handle(.ended(name, LocalEnding(result)))
            observe(.ended(name))
            lookAround()
        } catch let refusal as Refusal {
            handle(LocalEnding(refusal).map { .ended(name, $0) } ?? .postponed(name))
        } catch {
            // The next connection asks again.
        }
    }

    private func lookUp(_ name: ClaimName) async {
        do {
            let task = try await link.current().task(TaskKey(taskID: name.taskID))
            guard let result = task.result else { return handle(.found(name, .alive)) }
            handle(.found(name, .ended(LocalEnding(result))))
            observe(.ended(name))
        } catch let refusal as Refusal where refusal.code == .notFound {
            handle(.found(name, .absent))
        } catch {
            // The machine asks again.
        }
    }

    private func cancel(_ name: ClaimName, _ reason: String) async {
        do {
            _ = try await link.current().cancel(TaskKey(taskID: name.taskID), reason: reason)
        } catch let refusal as Refusal where !refusal.code.isRetryable {
            // It does not know the task.
        } catch {
            return
        }
        handle(.cancelled(name))
        lookAround()
    }

    private func countFreeAgents() async {
        do {
            let client = try await link.current()
            var counts = TypeCounts()
            for type in labels.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
                let agents = try await client.agents(AgentQuery(agentType: type, available: true))
                counts[type] = agents.reduce(0) { sum, agent in
                    isLent(agent) ? min(10_000, sum + max(0, agent.capacity - agent.running.count)) : sum
                }
            }
            handle(.free(counts))
        } catch {
            // The end of the connection is noticed where it is kept.
        }
    }

    private func isLent(_ agent: AgentState) -> Bool {
        guard let labels = labels[agent.agentType], !seats.contains(agent.agentID) else { return false }
        return AgentDemand(agent.agentType, labels).isMet(by: agent)
    }
}
