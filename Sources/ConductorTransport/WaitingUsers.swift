import NIOCore

/// What waits for its turn: the users take turns, and of one user whatever has waited longest.
package struct WaitingUsers<Element> {
    private var lines: [UInt32: CircularBuffer<Element>] = [:]
    /// Those who have something here, in the order of their turns.
    private var users = CircularBuffer<UInt32>()

    package init() {}

    package var isEmpty: Bool { users.isEmpty }

    /// Whether something of a user who is as `isSuch` says waits.
    package func hasAny(of isSuch: (UInt32) -> Bool) -> Bool { users.contains(where: isSuch) }

    /// Whether something of this user waits.
    package func has(_ uid: UInt32) -> Bool { lines[uid] != nil }

    package mutating func append(_ element: Element, of uid: UInt32) {
        if lines[uid] == nil { users.append(uid) }
        lines[uid, default: CircularBuffer()].append(element)
    }

    /// - Parameter isSuch: Those who are not keep their place.
    package mutating func popFirst(of isSuch: (UInt32) -> Bool = { _ in true }) -> Element? {
        guard let index = users.firstIndex(where: isSuch) else { return nil }
        let uid = users.remove(at: index)
        let element = lines[uid]?.popFirst()
        if lines[uid]?.isEmpty == true { lines[uid] = nil } else { users.append(uid) }
        return element
    }
}
