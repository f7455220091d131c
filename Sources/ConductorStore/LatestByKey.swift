/// The last value of each key, in the order in which the keys first came.
struct LatestByKey<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// So many are looked at one by one: most commits change few things.
    private static var few: Int { 8 }

    private(set) var values: [Value] = []
    private var keys: [Key] = []
    /// Where each key is; empty while there are few.
    private var positions: [Key: Int] = [:]

    init() {}

    private init(_ keys: [Key], _ values: [Value], at positions: [Key: Int]) {
        self.keys = keys
        self.values = values
        self.positions = positions
    }

    var count: Int { values.count }

    subscript(key: Key) -> Value? { position(of: key).map { values[$0] } }

    func has(_ key: Key) -> Bool { position(of: key) != nil }

    /// Each key with its last value.
    var entries: Zip2Sequence<[Key], [Value]> { zip(keys, values) }

    /// The same keys with other values.
    func mapValues<Other>(_ transform: (Value) -> Other) -> LatestByKey<Key, Other> {
        LatestByKey<Key, Other>(keys, values.map(transform), at: positions)
    }

    mutating func put(_ value: Value, for key: Key) {
        put(for: key) { _ in value }
    }

    /// - Parameter value: what follows the value before, if there is one.
    mutating func put(for key: Key, _ value: (Value?) -> Value) {
        if let position = position(of: key) {
            values[position] = value(values[position])
        } else {
            values.append(value(nil))
            add(key)
        }
    }

    mutating func put(all later: LatestByKey) {
        for (key, value) in later.entries { put(value, for: key) }
    }

    private func position(of key: Key) -> Int? {
        keys.count > Self.few ? positions[key] : keys.firstIndex(of: key)
    }

    private mutating func add(_ key: Key) {
        keys.append(key)
        guard keys.count > Self.few else { return }
        if positions.isEmpty {
            for (position, key) in keys.enumerated() { positions[key] = position }
        } else {
            positions[key] = keys.count - 1
        }
    }
}
