/// Keys ordered by when they are due: a binary heap that can also move and remove a key.
struct DeadlineQueue<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        let key: Key
        let due: Duration
        /// Orders keys that are due together by when they were set.
        let order: UInt64
    }

    private var heap: [Entry] = []
    private var positions: [Key: Int] = [:]
    private var nextOrder: UInt64 = 0

    /// When the first key is due.
    var earliest: Duration? { heap.first?.due }

    /// Sets or moves `key`.
    mutating func set(_ key: Key, due: Duration) {
        remove(key)
        heap.append(Entry(key: key, due: due, order: nextOrder))
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

    /// Takes out the first key that is due by `now`.
    mutating func popDue(by now: Duration) -> Key? {
        guard let first = heap.first, first.due <= now else { return nil }
        remove(first.key)
        return first.key
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        (heap[a].due, heap[a].order) < (heap[b].due, heap[b].order)
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
