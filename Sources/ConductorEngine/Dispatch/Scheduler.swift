import ConductorModel

/// Which tasks wait for an agent, by the type of agent that they wait for, whatever labels they demand.
///
/// A task waits on one list at most: that of its type, from when it is queued until it is given to an agent or waits no
/// longer.
struct Scheduler: Sendable {
    private var queues = ByAgentType(WaitQueue())

    /// How many tasks wait.
    var count: Int { AgentType.allCases.reduce(0) { $0 + queues[$1].count } }

    func isEmpty(_ type: AgentType) -> Bool { queues[type].isEmpty }

    /// The task that is to be given out next, of those whose demand can be met now.
    func next(_ type: AgentType, where canBeMet: (AgentDemand) -> Bool) -> TaskHandle? {
        queues[type].next(where: canBeMet)
    }

    /// A task begins to wait, after those that wait already.
    mutating func enqueue(_ task: TaskHandle, _ record: TaskRecord, for demand: AgentDemand) {
        queues[demand.type].append(task, demand, priority: record.definition.priority, uid: record.ownerUID)
    }

    /// The task was given to an agent; the next turn is another uid's.
    mutating func assign(_ task: TaskHandle, of type: AgentType) {
        queues[type].accept(task)
    }

    /// The task waits no longer, if it did.
    mutating func remove(_ task: TaskHandle, of type: AgentType) {
        if !queues[type].isEmpty { queues[type].remove(task) }
    }
}

/// A value for each type of agent.
package struct ByAgentType<Value: Sendable>: Sendable {
    private var values: [Value]

    package init(_ value: Value) {
        values = Array(repeating: value, count: AgentType.allCases.count)
    }

    package subscript(type: AgentType) -> Value {
        _read { yield values[type.index] }
        _modify { yield &values[type.index] }
    }
}

extension AgentType {
    /// Its place among all types, from 0.
    fileprivate var index: Int {
        switch self {
        case .coding: 0
        case .review: 1
        case .testData: 2
        case .test: 3
        case .devops: 4
        case .deploying: 5
        case .monitor: 6
        }
    }
}
