import ConductorModel

/// The tasks that an agent has, in the order in which it got them; each is taken out in constant time.
struct RunningTasks: Sendable {
    private var places: [TaskKey: UInt64] = [:]
    private var nextPlace: UInt64 = 0

    var count: Int { places.count }
    var isEmpty: Bool { places.isEmpty }

    /// Oldest first.
    var inOrder: [TaskKey] { places.sorted { $0.value < $1.value }.map(\.key) }

    mutating func append(_ key: TaskKey) {
        places[key] = nextPlace
        nextPlace += 1
    }

    mutating func remove(_ key: TaskKey) {
        places[key] = nil
    }
}
