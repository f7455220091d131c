import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorRandom

/// What clients do while faults come: tasks and workflows with ids of their own, and dead letters redriven and
/// discarded. Every acknowledgement goes into the ledger.
public struct Workload: Sendable {
    /// Unlike that of any other load on the same daemon.
    public let name: String
    public let ledger: Ledger
    /// How many requests are under way at once.
    public var workers = 16
    /// How many requests each worker makes; it ends earlier where the connection does.
    public var requests = Int.max

    public init(_ name: String, ledger: Ledger) {
        self.name = name
        self.ledger = ledger
    }

    /// Returns when every worker is done, or the daemon gone.
    public func run(on client: ConductorClient, seed: UInt64) async {
        await withDiscardingTaskGroup { group in
            for worker in 0..<workers {
                group.addTask {
                    var random = SplitMix(seed: seed &+ UInt64(worker) &* 7919)
                    for number in 0..<requests {
                        guard !Task.isCancelled else { return }
                        do {
                            try await request("\(name)-\(worker)-\(number)", on: client, &random)
                        } catch is Refusal {
                            // A letter that somebody else took; nothing was promised.
                        } catch {
                            return
                        }
                    }
                }
            }
        }
    }

    private func request(_ id: String, on client: ConductorClient, _ random: inout SplitMix) async throws {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<13:
            // Few enough that hardly ever five in a row open an agent's breaker.
            let definition = Self.task(id, failures: random.oneIn(15) ? 1 : 0)
            _ = try await client.dispatchDetached(definition, whenBusy: .queue)
            await ledger.note(.submitted(definition))
        case 13..<16:
            let definition = Self.task(id)
            let result = try await client.dispatch(definition, whenBusy: .queue)
            await ledger.note(.submitted(definition))
            await ledger.note(
                .result(
                    TaskKey(taskID: result.taskID),
                    .init(
                        attempt: result.attempt, status: result.status.rawValue, output: result.outputData.string)))
        case 16..<18:
            let definition = Self.workflow(id)
            _ = try await client.runDetached(definition)
            await ledger.note(.started(definition))
        default: try await handleLetter(id, on: client, &random)
        }
    }

    private func handleLetter(_ id: String, on client: ConductorClient, _ random: inout SplitMix) async throws {
        let letters = try await client.deadLetters(Page(limit: 20)).letters
        guard let letter = letters.randomElement(using: &random) else { return }
        if random.oneIn(3) {
            guard try await client.discard(letter.id) else { return }
            await ledger.note(.discarded(letter.id))
        } else {
            var params = DeadLetterRedrive(id: letter.id)
            params.requestKey = id
            _ = try await client.redrive(params)
            await ledger.note(.redriven(letter.id, letter.key))
        }
    }

    /// - Parameter failures: how many attempts fail, each in a way that ends as a dead letter.
    static func task(_ id: String, _ type: AgentType = .coding, failures: Int = 0) -> TaskDefinition {
        var task = TaskDefinition(name: "task \(id)", assignedTo: type)
        task.taskID = TaskID(id)
        task.inputData = (try? JSONText(parsing: #"{"fail": \#(failures)}"#)) ?? .emptyObject
        if failures > 0 {
            task.retry = RetryPolicy()
            task.retry?.maxRetries = 0
        }
        return task
    }

    static func workflow(_ id: String) -> WorkflowDefinition {
        var workflow = WorkflowDefinition(name: "workflow \(id)")
        workflow.workflowID = WorkflowID(id)
        workflow.parallelism = 2
        workflow.tasks = [task("\(id)-a"), task("\(id)-b", .review), task("\(id)-c", .monitor)]
        workflow.tasks[1].needs = workflow.tasks[0].taskID.map { [$0] } ?? []
        return workflow
    }
}

extension Workload {
    /// The agents that it needs.
    public static func agents(ledger: Ledger, seed: UInt64) -> [LedgerAgent] {
        let types: [AgentType] = [.coding, .coding, .review, .monitor]
        return types.enumerated().compactMap { index, type in
            AgentID("agent-\(index)-\(type.rawValue)").map { id in
                LedgerAgent(
                    id, type, capacity: 16, ledger: ledger, random: SplitMix(seed: seed &+ UInt64(index)))
            }
        }
    }
}
