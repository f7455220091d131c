import ConductorBridge
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Something that must hold does not.
package struct BridgeViolation: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Sees all that happens, and knows more than any host does.
struct BridgeAudit {
    /// Every claim that was ever recorded.
    private var records: [ClaimID: ClaimRecord] = [:]
    /// Of each attempt. Daemons draw their tokens each for itself.
    private var claims: [HostName: [AttemptToken: ClaimID]] = [:]
    private var declined: Set<ClaimID> = []
    private var givenUp: Set<ClaimID> = []
    /// The turn in which a report that names the claim last reached its owner.
    private var heard: [ClaimID: Int] = [:]
    private(set) var begun: Set<ClaimID> = []

    mutating func recorded(_ record: ClaimRecord, by owner: HostName) throws {
        if let other = claims[owner]?[record.attempt.token], other != record.claim {
            throw BridgeViolation("attempt \(record.attempt.attempt) of \(record.attempt.taskID) has two claims")
        }
        claims[owner, default: [:]][record.attempt.token] = record.claim
        records[record.claim] = record
    }

    /// What an owner's bridge says.
    func said(_ message: OwnerMessage, to host: HostName, by owner: SimulatedOwner) throws {
        switch message {
        case .grant(_, let grant):
            guard owner.book.contains(where: { $0.claim == grant.claim && $0.host == host }) else {
                throw BridgeViolation("claim \(grant.claim) was granted before it was recorded")
            }
        case .settled(let claim, isRecorded: true):
            guard let record = records[claim] else { throw BridgeViolation("claim \(claim) was never recorded") }
            let task = owner.daemon.task(TaskKey(workflowID: record.workflowID, taskID: record.attempt.taskID))
            if let task, task.isRunning, task.attempts.last?.token == record.attempt.token {
                throw BridgeViolation("the answer of claim \(claim) was acknowledged before the daemon had it")
            }
        case .offer, .refusal, .standing, .cancel, .settled: break
        }
    }

    /// What reaches an owner's bridge.
    mutating func heard(_ message: WorkerMessage, at turn: Int) {
        guard case .report(let report) = message else { return }
        for claim in report.claims { heard[claim] = turn }
    }

    /// What a worker's bridge says.
    mutating func said(_ message: WorkerMessage) {
        if case .decline(let claim, _) = message { declined.insert(claim) }
    }

    /// A bridge names its attempts to its daemon.
    func registers(_ registration: AgentRegistration, _ seat: Seat, by owner: SimulatedOwner) throws {
        let erased = Set(owner.calls.compactMap { if case .erase(let claim) = $0 { claim } else { nil } })
        for record in owner.book
        where Seat(host: record.host, agentType: record.agentType) == seat && !erased.contains(record.claim) {
            guard registration.running.contains(record.attempt) else {
                throw BridgeViolation("claim \(record.claim) stands, and its attempt is not named")
            }
        }
    }

    /// An owner's bridge ends an attempt by its own word.
    mutating func completes(
        _ completion: TaskCompletion, by owner: HostName, at turn: Int, leaseTurns: Int
    ) throws {
        guard completion.errorMessage?.hasPrefix("nothing was heard") ?? false,
            let claim = claims[owner]?[completion.token], givenUp.insert(claim).inserted,
            let last = heard[claim], turn - last < leaseTurns
        else { return }
        throw BridgeViolation("claim \(claim) was given up \(turn - last) turns after it was heard of")
    }

    /// A worker's agent begins.
    mutating func begins(_ taskID: TaskID, on host: HostName) throws {
        guard let name = ClaimName(taskID) else { return }
        guard let record = records[name.claim], record.host == host else {
            throw BridgeViolation("\(host) works for claim \(name.claim), which it was not granted")
        }
        if declined.contains(name.claim) { throw BridgeViolation("claim \(name.claim) was declined, and begins") }
        begun.insert(name.claim)
    }

    /// A task that has completed bears the work of the claim of that very attempt.
    func ended(_ result: TaskResult) throws {
        guard result.status == .completed else { return }
        let value = try? result.outputData.parsed()
        guard let text = value?["done_as"]?.string, let name = TaskID(text).flatMap(ClaimName.init),
            let record = records[name.claim]
        else { throw BridgeViolation("\(result.taskID) has a result of nobody") }
        guard record.attempt.taskID == result.taskID, record.attempt.attempt == result.attempt else {
            throw BridgeViolation(
                "attempt \(result.attempt) of \(result.taskID) has the result of attempt \(record.attempt.attempt)")
        }
    }
}
