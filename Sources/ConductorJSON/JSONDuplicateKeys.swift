#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What RFC 8259 leaves open is refused here: a key that stands twice in one object, in whatever way it is escaped.
extension JSONParser {
    /// Few keys are compared pair by pair; many are sorted first, so that no object costs quadratic time.
    func refuseDuplicateKeys(of object: Int, count: Int, escaped: Bool) throws(JSONError) {
        if escaped { return try refuseDuplicateEscapedKeys(of: object, count: count) }
        if count <= 12 { return try refuseDuplicateAmongFewKeys(of: object) }
        var keys = keySpans(of: object, count: count)
        keys.sort { compare($0, $1) < 0 }
        for index in 1..<keys.count where compare(keys[index - 1], keys[index]) == 0 {
            throw JSONError(reason: .duplicateKey, offset: keys[index].lowerBound)
        }
    }

    private func refuseDuplicateAmongFewKeys(of object: Int) throws(JSONError) {
        var later = object + 1
        while later < nodes[object].next {
            let key = nodes[later].content
            var earlier = object + 1
            while earlier < later {
                if compare(nodes[earlier].content, key) == 0 {
                    throw JSONError(reason: .duplicateKey, offset: key.lowerBound)
                }
                earlier = Int(nodes[earlier + 1].next)
            }
            later = Int(nodes[later + 1].next)
        }
    }

    private func refuseDuplicateEscapedKeys(of object: Int, count: Int) throws(JSONError) {
        var seen = Set<[UInt8]>(minimumCapacity: count)
        for span in keySpans(of: object, count: count) {
            let key = unescaped(UnsafeBufferPointer(rebasing: bytes[span]))
            guard seen.insert(key).inserted else {
                throw JSONError(reason: .duplicateKey, offset: span.lowerBound)
            }
        }
    }

    /// The keys' bytes without their quotes.
    private func keySpans(of object: Int, count: Int) -> [Range<Int>] {
        var spans: [Range<Int>] = []
        spans.reserveCapacity(count)
        var index = object + 1
        while index < Int(nodes[object].next) {
            spans.append(nodes[index].content)
            index = Int(nodes[index + 1].next)
        }
        return spans
    }

    private func compare(_ a: Range<Int>, _ b: Range<Int>) -> Int {
        guard a.count == b.count else { return a.count - b.count }
        guard !a.isEmpty, let base = bytes.baseAddress else { return 0 }
        return Int(memcmp(base + a.lowerBound, base + b.lowerBound, a.count))
    }
}

extension UnsafeBufferPointer<UInt8> {
    func hasSameBytes(as other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == other.count else { return false }
        guard let mine = baseAddress, let others = other.baseAddress else { return true }
        return memcmp(mine, others, count) == 0
    }
}
