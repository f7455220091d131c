import ConductorModel
import ConductorProtocol

/// Why some tasks of a run wait: one reason, and how many have it.
package struct RunWait: Hashable, Sendable {
    /// Why one task waits.
    package struct Single: Sendable {
        package let wait: ReportedWait
        package let task: TaskID
        package let type: AgentType?

        package init(_ wait: ReportedWait, of task: TaskID, type: AgentType?) {
            self.wait = wait
            self.task = task
            self.type = type
        }
    }

    package var message: String
    package var count: Int

    package init(_ message: String, count: Int) {
        self.message = message
        self.count = count
    }
}

extension [RunWait] {
    /// Of tasks that wait, the reason that a person can do most about first. Retries, which are shown one by one, are not
    /// among them.
    ///
    /// - Parameter loads: How many tasks all agents of a type have, and how many they may have.
    package init(_ waits: [RunWait.Single], plan: RunPlan, loads: [AgentType: AgentLoad] = [:]) {
        var groups: [String: (rank: Int, count: Int)] = [:]
        for single in waits where single.wait.reason.known != .retry {
            let reason = single.wait.reason.known
            var message = single.wait.message
            if reason == .agentFull, !plan.choosy.contains(single.task), let type = single.type,
                let load = loads[type]
            {
                message = "\(type.rawValue) is full (\(load.running)/\(load.capacity))"
            }
            groups[message, default: ((reason ?? .queue).rank, 0)].count += 1
        }
        self = groups.sorted { ($0.value.rank, -$0.value.count, $0.key) < ($1.value.rank, -$1.value.count, $1.key) }
            .map { RunWait($0.key, count: $0.value.count) }
    }
}

/// How busy the agents of a type are.
package struct AgentLoad: Hashable, Sendable {
    package var running = 0
    package var capacity = 0

    package init(running: Int = 0, capacity: Int = 0) {
        self.running = running
        self.capacity = capacity
    }
}

extension TaskWait.Reason {
    /// Lower where it lasts until somebody does something.
    fileprivate var rank: Int {
        switch self {
        case .noAgent: 0
        case .breakerOpen: 1
        case .agentDisconnected: 2
        case .agentPaused: 3
        case .agentDraining: 4
        case .policy: 5
        case .gate: 6
        case .paused: 7
        case .agentFull: 8
        case .parallelism: 9
        case .queue: 10
        case .needs: 11
        case .phase: 12
        case .retry: 13
        }
    }
}
