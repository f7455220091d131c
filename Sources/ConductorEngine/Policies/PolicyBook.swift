import ConductorModel

/// The policies in force, one of each kind: those of the configuration, and over them those registered at run time.
struct PolicyBook: Sendable {
    private var configured: [Policy]
    private var registered: [Policy]
    /// Ordered by their names, so that a restart does not change which one of several speaks first.
    private(set) var policies: [Policy] = []

    init(configured: [Policy], registered: [Policy]) {
        self.configured = configured
        self.registered = registered
        merge()
    }

    /// Takes the place of a policy of the same kind.
    mutating func register(_ policy: Policy) {
        registered.removeAll { $0.kind == policy.kind }
        registered.append(policy)
        merge()
    }

    /// One of the configuration comes back when that is read again.
    mutating func unregister(_ kind: Policy.Kind) -> Bool {
        let before = policies.count
        configured.removeAll { $0.kind == kind }
        registered.removeAll { $0.kind == kind }
        merge()
        return policies.count < before
    }

    mutating func configure(_ policies: [Policy]) {
        configured = policies
        merge()
    }

    private mutating func merge() {
        let inForce = registered + configured.filter { policy in !registered.contains { $0.kind == policy.kind } }
        policies = inForce.sorted { $0.kind.rawValue < $1.kind.rawValue }
    }

    var gate: Policy? { policies.first { $0.kind == .phaseGate } }
}

/// What a policy is asked about; what is nil was not given.
struct PolicySubject: Sendable {
    enum AgentSubject: Sendable {
        case known(Agent)
        case unknown(AgentID)
    }

    var task: TaskDefinition?
    var agent: AgentSubject?
    var tally: Tally?
    var runningTasks: Int
}

/// How the tasks of a workflow have ended so far.
struct Tally: Hashable, Sendable {
    var completed = 0
    var failed = 0

    init(completed: Int = 0, failed: Int = 0) {
        self.completed = completed
        self.failed = failed
    }

    init(of status: TaskStatus) {
        add(status)
    }

    mutating func add(_ status: TaskStatus) {
        switch status {
        case .completed: completed += 1
        case .failed: failed += 1
        case .pending, .inProgress, .blocked, .skipped, .cancelled: break
        }
    }
}

extension Policy {
    /// Nil where the policy does not fit what is given.
    func evaluate(_ subject: PolicySubject) -> PolicyResult? {
        switch self {
        case .maxConcurrentTasks(let limit):
            guard subject.task != nil || subject.agent != nil else { return nil }
            guard subject.runningTasks < limit else {
                return denied("\(subject.runningTasks) tasks run, and at most \(limit) may")
            }
        case .taskTimeout(_, let maximum):
            guard let task = subject.task else { return nil }
            guard task.timeout > .zero, task.timeout < maximum else {
                return denied(
                    "the task's timeout of \(task.timeout.inSeconds) s is not below \(maximum.inSeconds) s")
            }
        case .agentAvailability:
            switch subject.agent {
            case nil: return nil
            case .unknown(let id): return denied("there is no agent \(id)")
            case .known(let agent):
                guard !agent.isLost else { return denied("agent \(agent.state.agentID) is failed") }
                guard agent.isAvailable else { return denied("agent \(agent.state.agentID) has no free slot") }
            }
        case .phaseGate(let rate):
            guard let tally = subject.tally else { return nil }
            return Self.evaluateGate(requiredSuccessRate: rate, tally, name: kind.rawValue)
        }
        return PolicyResult(allowed: true, policyName: kind.rawValue)
    }

    private func denied(_ reason: String) -> PolicyResult {
        PolicyResult(allowed: false, policyName: kind.rawValue, reason: reason)
    }

    static func evaluateGate(requiredSuccessRate: Double, _ tally: Tally, name: String) -> PolicyResult {
        guard tally.completed > 0 else {
            return PolicyResult(allowed: false, policyName: name, reason: "no task has completed")
        }
        let rate = Double(tally.completed) / Double(tally.completed + tally.failed)
        guard rate >= requiredSuccessRate else {
            let reason =
                "\(tally.completed) of \(tally.completed + tally.failed) tasks completed, "
                + "and a success rate of \(requiredSuccessRate) is required"
            return PolicyResult(allowed: false, policyName: name, reason: reason)
        }
        return PolicyResult(allowed: true, policyName: name)
    }
}
