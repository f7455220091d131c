import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorRandom

/// An agent that lives longer than the daemon: it keeps some attempts over a crash, names them when it registers again,
/// and notes every result that was acknowledged.
public actor LedgerAgent {
    private let registration: AgentRegistration
    private let ledger: Ledger
    private var random: SplitMix
    /// What the daemon has not acknowledged.
    private var held: [AttemptToken: TaskAssignment] = [:]
    /// Attempts that went on over a crash of the daemon.
    public private(set) var adopted = 0

    public init(_ id: AgentID, _ type: AgentType, capacity: Int, ledger: Ledger, random: SplitMix) {
        registration = AgentRegistration(agentID: id, agentType: type, capacity: capacity)
        self.ledger = ledger
        self.random = random
    }

    /// Serves one connection until it ends.
    ///
    /// - Parameter keepsSome: whether an attempt now and then is answered only at the next connection.
    public func serve(_ client: ConductorClient, keepsSome: Bool) async {
        await withDiscardingTaskGroup { group in
            guard let kept = try? await register(client) else { return }
            for assignment in kept { group.addTask { await self.answer(assignment, client) } }
            var orders = client.orders.makeAsyncIterator()
            while let order = try? await orders.next(isolation: #isolation) {
                guard case .execute(let assignment) = order else { continue }
                held[assignment.token] = assignment
                if keepsSome, held.count < registration.capacity / 2, random.oneIn(20) { continue }
                group.addTask { await self.answer(assignment, client) }
            }
        }
    }

    /// - Returns: what is to be answered now. What was not adopted is answered too: it may have been taken before.
    private func register(_ client: ConductorClient) async throws -> [TaskAssignment] {
        var registration = registration
        let kept = Array(held.values)
        registration.running = kept.compactMap { assignment in
            assignment.task.taskID.map { .init(taskID: $0, attempt: assignment.attempt, token: assignment.token) }
        }
        adopted += try await client.register(registration).adopted.count
        return kept
    }

    private func answer(_ assignment: TaskAssignment, _ client: ConductorClient) async {
        guard let id = assignment.task.taskID else { return }
        let failures = (try? assignment.task.inputData.parsed())?["fail"]?.integer ?? 0
        let fails = assignment.attempt <= failures
        var completion = TaskCompletion(
            taskID: id, attempt: assignment.attempt, token: assignment.token, status: fails ? .failed : .completed)
        completion.errorCode = fails ? "TRANSIENT_ERROR" : nil
        let output = #"{"by": "\#(registration.agentID)", "attempt": \#(assignment.attempt)}"#
        completion.outputData = (try? JSONText(parsing: output)) ?? .emptyObject
        do {
            try await client.complete(completion)
            let outcome = Ledger.Outcome(
                attempt: assignment.attempt, status: fails ? "failed" : "completed", output: output)
            await ledger.note(.result(TaskKey(workflowID: assignment.workflowID, taskID: id), outcome))
        } catch let refusal as Refusal where !refusal.code.isRetryable {
            // The attempt is no longer its own.
        } catch {
            return
        }
        held[assignment.token] = nil
    }
}
