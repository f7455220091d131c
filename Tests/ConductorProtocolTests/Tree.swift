import ConductorJSON

/// A JSON value that tests take apart, change and put together again.
indirect enum Tree {
    case object([(key: String, value: Tree)])
    case array([Tree])
    /// A scalar as it was written.
    case scalar(String)

    enum Step: Hashable {
        case member(String)
        case element(Int)
    }

    typealias Path = [Step]

    init(_ value: JSONValue) {
        switch value.kind {
        case .object: self = .object(value.members.map { ($0.key, Tree($0.value)) })
        case .array: self = .array(value.elements.map(Tree.init))
        case .null, .bool, .number, .string: self = .scalar(value.text.string)
        }
    }

    init(parsing text: String) throws {
        self.init(try JSONText(parsing: text).parsed())
    }

    var text: String {
        switch self {
        case .object(let members):
            "{" + members.map { "\"\($0.key)\":\($0.value.text)" }.joined(separator: ",") + "}"
        case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
        case .scalar(let text): text
        }
    }

    /// The places of all values below this one, but for what lies inside a member of `opaque`.
    func places(opaque: Set<String>) -> [(path: Path, value: Tree)] {
        let children: [(Step, Tree)] =
            switch self {
            case .object(let members): members.map { (.member($0.key), $0.value) }
            case .array(let elements): elements.enumerated().map { (.element($0), $1) }
            case .scalar: []
            }
        return children.flatMap { step, child -> [(path: Path, value: Tree)] in
            if case .member(let name) = step, opaque.contains(name) { return [([step], child)] }
            return [([step], child)] + child.places(opaque: opaque).map { ([step] + $0.path, $0.value) }
        }
    }

    /// With another value at `path`, added where there was none; without any where `replacement` is nil.
    func replacing(_ path: ArraySlice<Step>, with replacement: Tree?) -> Tree {
        guard let step = path.first else { return replacement ?? self }
        func changed(_ child: Tree) -> Tree? {
            path.count == 1 ? replacement : child.replacing(path.dropFirst(), with: replacement)
        }
        switch (self, step) {
        case (.object(var members), .member(let name)):
            if let index = members.firstIndex(where: { $0.key == name }) {
                if let value = changed(members[index].value) {
                    members[index].value = value
                } else {
                    members.remove(at: index)
                }
            } else if let replacement {
                members.append((name, replacement))
            }
            return .object(members)
        case (.array(var elements), .element(let index)):
            if let value = changed(elements[index]) {
                elements[index] = value
            } else {
                elements.remove(at: index)
            }
            return .array(elements)
        case (.object, .element), (.array, .member), (.scalar, _): return self
        }
    }
}

extension Tree.Path {
    /// As errors write it: `definition.tasks[0].needs[1]`.
    var field: String {
        reduce(into: "") { text, step in
            switch step {
            case .member(let name): text += text.isEmpty ? name : ".\(name)"
            case .element(let index): text += "[\(index)]"
            }
        }
    }

    /// Reads what `field` writes.
    init(field: String) {
        self = field.split(separator: ".").flatMap { part -> [Tree.Step] in
            let pieces = part.split(separator: "[")
            return pieces.prefix(1).map { .member(String($0)) }
                + pieces.dropFirst().compactMap { Int($0.dropLast()).map(Tree.Step.element) }
        }
    }
}
