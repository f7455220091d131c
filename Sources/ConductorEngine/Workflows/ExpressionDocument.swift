import ConductorJSON
import ConductorModel

/// A value that expressions look into. What many of them look into is indexed, so that each costs the same however large
/// the value is.
struct ExpressionDocument {
    let root: JSONValue
    /// By where a container begins.
    private var visits: [Int: Int] = [:]
    private var arrays: [Int: [JSONValue]] = [:]
    /// By the bytes of names, as they are found without an index.
    private var objects: [Int: [[UInt8]: JSONValue]] = [:]

    /// A container that is looked into more often is indexed.
    private static let visitsWithoutIndex = 2

    init(_ root: JSONValue) {
        self.root = root
    }

    /// What `step` leads to; nil where it is not there.
    mutating func value(_ step: Expression.Step, of container: JSONValue) -> JSONValue? {
        switch (step, container.kind) {
        case (.element(let index), .array):
            guard isIndexed(container) else { return container.elements.dropFirst(index).first { _ in true } }
            let elements = elements(of: container)
            return elements.indices.contains(index) ? elements[index] : nil
        case (.member(let name), .object):
            return isIndexed(container) ? members(of: container)[Array(name.utf8)] : container[name]
        case (.element, .null), (.element, .bool), (.element, .number), (.element, .string), (.element, .object),
            (.member, .null), (.member, .bool), (.member, .number), (.member, .string), (.member, .array):
            return nil
        }
    }

    private func place(of container: JSONValue) -> Int { container.range(in: root).lowerBound }

    private mutating func isIndexed(_ container: JSONValue) -> Bool {
        visits[place(of: container), default: 0] += 1
        return visits[place(of: container), default: 0] > Self.visitsWithoutIndex
    }

    private mutating func elements(of array: JSONValue) -> [JSONValue] {
        let place = place(of: array)
        if let known = arrays[place] { return known }
        let elements = Array(array.elements)
        arrays[place] = elements
        return elements
    }

    private mutating func members(of object: JSONValue) -> [[UInt8]: JSONValue] {
        let place = place(of: object)
        if let known = objects[place] { return known }
        let members = Dictionary(object.members.map { (Array($0.key.utf8), $0.value) }) { first, _ in first }
        objects[place] = members
        return members
    }
}
