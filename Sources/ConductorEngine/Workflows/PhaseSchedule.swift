import ConductorModel
import HeapModule

/// Which tasks of a phase may start: in their order, once what they need has ended, and at most as many at work at once
/// as the workflow's parallelism says. What waits for an agent or for its retry holds no slot.
struct PhaseSchedule: Sendable {
    /// Where a task of the phase is.
    enum Place: Hashable, Sendable {
        case planned
        case queued
        case running
        case retrying
        /// `isDone` where tasks that need it may start.
        case ended(isDone: Bool)
    }

    /// A task as the phase begins.
    struct Entry: Sendable {
        let id: TaskID
        let demand: AgentDemand
        var place = Place.planned
        /// Tasks of this phase that have to end first.
        var needs: [TaskID] = []
        /// Something that it needs has not completed and will not.
        var isDoomed = false
    }

    /// What is to be done next.
    enum Step: Hashable, Sendable {
        case start(TaskID)
        case skip(TaskID)
    }

    private let slots: Int
    private var entries: [Entry]
    /// What its tasks demand of agents, each once, in their order.
    let demands: [AgentDemand]
    private let positions: [TaskID: Int]
    /// By a task's position, the tasks that need it.
    private var dependents: [[Int]]
    /// By a task's position, how many tasks that it needs have not ended.
    private var openNeeds: [Int]
    /// Positions of planned tasks whose needs are met; those that are no longer planned are dropped when they come up.
    private var ready: [AgentDemand: Heap<Int>] = [:]
    private var doomed = Heap<Int>()
    /// Positions of tasks that wait for an agent, oldest first.
    private var queued: [AgentDemand: [Int]] = [:]
    private var running = 0
    private var unended = 0

    init(_ entries: [Entry] = [], slots: Int = 1) {
        self.slots = slots
        self.entries = entries
        var known: Set<AgentDemand> = []
        demands = entries.map(\.demand).filter { known.insert($0).inserted }
        positions = Dictionary(uniqueKeysWithValues: entries.indices.map { (entries[$0].id, $0) })
        dependents = Array(repeating: [], count: entries.count)
        openNeeds = Array(repeating: 0, count: entries.count)
        for (position, entry) in entries.enumerated() {
            for need in entry.needs {
                guard let needed = positions[need], !entries[needed].place.hasEnded else { continue }
                dependents[needed].append(position)
                openNeeds[position] += 1
            }
        }
        for position in entries.indices { enter(position) }
    }

    /// All tasks have ended.
    var isDone: Bool { unended == 0 }

    var hasFreeSlot: Bool { running < slots }

    /// Whether one more task may wait for agents that meet `demand`: no more wait than slots could take.
    func mayQueue(_ demand: AgentDemand) -> Bool { running + (queued[demand]?.count ?? 0) < slots }

    /// The task that has waited longest for an agent that meets `demand`.
    func firstQueued(_ demand: AgentDemand) -> TaskID? { queued[demand]?.first.map { entries[$0].id } }

    /// Whether a planned task waits for others to end, rather than for a slot.
    func waitsForNeeds(_ id: TaskID) -> Bool { positions[id].map { openNeeds[$0] > 0 } ?? false }

    /// The step to take now; nil until something ends or frees a slot.
    mutating func next() -> Step? {
        while let position = doomed.min {
            if case .planned = entries[position].place { return .skip(entries[position].id) }
            doomed.removeMin()
        }
        guard hasFreeSlot else { return nil }
        var first: Int?
        for demand in demands where mayQueue(demand) {
            guard let position = firstReady(demand) else { continue }
            first = min(first ?? position, position)
        }
        return first.map { .start(entries[$0].id) }
    }

    private mutating func firstReady(_ demand: AgentDemand) -> Int? {
        while let position = ready[demand]?.min {
            if case .planned = entries[position].place { return position }
            ready[demand]?.removeMin()
        }
        return nil
    }

    /// Follows a task; one of another phase is none of it.
    mutating func move(_ id: TaskID, to place: Place) {
        guard let position = positions[id], entries[position].place != place else { return }
        leave(position)
        entries[position].place = place
        enter(position)
        guard case .ended(let isDone) = place else { return }
        for dependent in dependents[position] {
            openNeeds[dependent] -= 1
            if !isDone { entries[dependent].isDoomed = true }
            if case .planned = entries[dependent].place { enterPlanned(dependent) }
        }
        dependents[position] = []
    }

    private mutating func leave(_ position: Int) {
        switch entries[position].place {
        case .planned, .retrying: unended -= 1
        case .queued:
            unended -= 1
            queued[entries[position].demand]?.removeAll { $0 == position }
        case .running:
            unended -= 1
            running -= 1
        case .ended: break
        }
    }

    private mutating func enter(_ position: Int) {
        switch entries[position].place {
        case .planned:
            unended += 1
            enterPlanned(position)
        case .queued:
            unended += 1
            queued[entries[position].demand, default: []].append(position)
        case .running:
            unended += 1
            running += 1
        case .retrying: unended += 1
        case .ended: break
        }
    }

    private mutating func enterPlanned(_ position: Int) {
        if entries[position].isDoomed {
            doomed.insert(position)
        } else if openNeeds[position] == 0 {
            ready[entries[position].demand, default: []].insert(position)
        }
    }
}

extension PhaseSchedule.Place {
    fileprivate var hasEnded: Bool {
        switch self {
        case .ended: true
        case .planned, .queued, .running, .retrying: false
        }
    }
}
