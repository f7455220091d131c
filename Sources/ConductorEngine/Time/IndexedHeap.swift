/// Keys ordered by a priority, the smallest first: a binary heap that can also move and remove a key.
struct IndexedHeap<Key: Hashable & Sendable, Priority: Comparable & Sendable>: Sendable {
    private struct Entry: Sendable {
        let key: Key
        let priority: Priority
        /// Orders keys of the same priority by when they were set.
        let order: UInt64
    }

    private var heap: [Entry] = []
    private var positions: [Key: Int] = [:]
    private var nextOrder: UInt64 = 0

    var first: (key: Key, priority: Priority)? { heap.first.map { ($0.key, $0.priority) } }

    /// Sets or moves `key`.
    mutating func set(_ key: Key, priority: Priority) {
        remove(key)
        heap.append(Entry(key: key, priority: priority, order: nextOrder))
        nextOrder += 1
        positions[key] = heap.count - 1
        siftUp(heap.count - 1)
    }

    mutating func remove(_ key: Key) {
        guard let position = positions.removeValue(forKey: key) else { return }
        let last = heap.removeLast()
        guard position < heap.count else { return }
        heap[position] = last
        positions[last.key] = position
        siftDown(position)
        siftUp(position)
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        if heap[a].priority != heap[b].priority { return heap[a].priority < heap[b].priority }
        return heap[a].order < heap[b].order
    }

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

/// Keys ordered by when they are due.
typealias DeadlineQueue<Key: Hashable & Sendable> = IndexedHeap<Key, Duration>

extension IndexedHeap where Priority == Duration {
    /// When the first key is due.
    var earliest: Duration? { first?.priority }

    /// Sets or moves `key`.
    mutating func set(_ key: Key, due: Duration) {
        set(key, priority: due)
    }

    /// Takes out the first key that is due by `now`.
    mutating func popDue(by now: Duration) -> Key? {
        guard let first, first.priority <= now else { return nil }
        remove(first.key)
        return first.key
    }
}
