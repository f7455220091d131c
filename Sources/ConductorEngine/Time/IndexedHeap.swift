/// Where in a heap each key is.
protocol HeapPositions<Key> {
    associatedtype Key

    init()

    subscript(key: Key) -> Int? { get set }
}

/// Keys ordered by a priority, the smallest first: a binary heap that can also move and remove a key. No two keys have
/// the same priority.
struct IndexedHeap<Positions: HeapPositions & Sendable, Priority: Comparable & Sendable>: Sendable
where Positions.Key: Sendable {
    typealias Key = Positions.Key

    private struct Entry: Sendable {
        let key: Key
        let priority: Priority
    }

    private var heap: [Entry] = []
    private var positions = Positions()

    var first: (key: Key, priority: Priority)? { heap.first.map { ($0.key, $0.priority) } }

    /// Sets or moves `key`.
    mutating func set(_ key: Key, priority: Priority) {
        remove(key)
        heap.append(Entry(key: key, priority: priority))
        positions[key] = heap.count - 1
        siftUp(heap.count - 1)
    }

    mutating func remove(_ key: Key) {
        guard let position = positions[key] else { return }
        positions[key] = nil
        let last = heap.removeLast()
        guard position < heap.count else { return }
        heap[position] = last
        positions[last.key] = position
        siftDown(position)
        siftUp(position)
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool { heap[a].priority < heap[b].priority }

    private mutating func swap(_ a: Int, _ b: Int) {
        heap.swapAt(a, b)
        positions[heap[a].key] = a
        positions[heap[b].key] = b
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard precedes(child, parent) else { return }
            swap(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var first = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, first) {
                first = child
            }
            guard first != parent else { return }
            swap(parent, first)
            parent = first
        }
    }
}

extension Dictionary: HeapPositions where Value == Int {}

/// Positions of tasks: a task's handle is an index already.
struct TaskPositions: HeapPositions, Sendable {
    private var positions: [Int32] = []
    private static let none: Int32 = -1

    subscript(task: TaskHandle) -> Int? {
        get {
            guard task.index < positions.count, positions[task.index] != Self.none else { return nil }
            return Int(positions[task.index])
        }
        set {
            while positions.count <= task.index { positions.append(Self.none) }
            positions[task.index] = newValue.map { Int32(truncatingIfNeeded: $0) } ?? Self.none
        }
    }
}
