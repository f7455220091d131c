import ConductorModel

/// The tasks that an agent has, in the order in which it got them; each is taken out in constant time.
struct RunningTasks: Sendable {
    private struct Place: Sendable {
        let number: UInt64
        let name: TaskID
    }

    private var places: [TaskHandle: Place] = [:]
    private var nextNumber: UInt64 = 0

    var count: Int { places.count }
    var isEmpty: Bool { places.isEmpty }

    /// Oldest first.
    var inOrder: [TaskHandle] { places.sorted { $0.value.number < $1.value.number }.map(\.key) }

    /// Oldest first.
    var names: [TaskID] { places.values.sorted { $0.number < $1.number }.map(\.name) }

    mutating func append(_ task: TaskHandle, _ name: TaskID) {
        places[task] = Place(number: nextNumber, name: name)
        nextNumber += 1
    }

    mutating func remove(_ task: TaskHandle) {
        places[task] = nil
    }
}
