import ConductorJSON
import ConductorModel
import ConductorYAML

/// The policies of `conductor.yaml`, and what is wrong with them.
struct PolicyList {
    private(set) var policies: [Policy] = []
    private(set) var problems: [(line: Int, key: String, reason: String)] = []

    /// What is wrong with a policy is found by reading it again and again.
    private static let maximumValues = 100

    init(_ node: YAMLNode) {
        guard let sequence = node.sequence else {
            problems.append((node.line, "policies", "must be a list"))
            return
        }
        for (index, item) in sequence.enumerated() { read(item, "policies[\(index)]") }
    }

    private mutating func read(_ item: YAMLNode, _ name: String) {
        guard let mapping = item.mapping else {
            return report(item, "", name, "must hold a kind and its parameters")
        }
        guard item.count <= Self.maximumValues else {
            return report(item, "", name, "holds more than any policy has")
        }
        for key in mapping.map({ $0.key.scalar?.text }) where key != "kind" && key != "parameters" {
            report(item, key ?? "", name, "is not known here")
        }
        var rest = item, isWhole = true
        while let error = take(rest, isWhole: isWhole, item, name) {
            report(item, error.field, name, error.reason)
            // Without its kind nothing more can be said of it; of the rest, what is wrong too.
            guard error.field != "kind", let less = rest.without(error.field) else { return }
            (rest, isWhole) = (less, false)
        }
    }

    /// - Returns: the first thing that is wrong.
    private mutating func take(_ node: YAMLNode, isWhole: Bool, _ item: YAMLNode, _ name: String) -> JSONFieldError? {
        var writer = JSONWriter()
        node.write(to: &writer)
        do {
            let policy = try Policy(json: try writer.text.parsed())
            guard isWhole else { return nil }
            guard !policies.contains(where: { $0.kind == policy.kind }) else {
                report(item, "", name, "has the kind of an earlier one")
                return nil
            }
            policies.append(policy)
            return nil
        } catch let error as JSONFieldError {
            return error
        } catch {
            return JSONFieldError(reason: "cannot be read")
        }
    }

    private mutating func report(_ item: YAMLNode, _ field: String, _ name: String, _ reason: String) {
        let key = JSONFieldError(field: field, reason: reason).within(name).field
        problems.append((item.line(of: field), key, reason))
    }
}

extension YAMLNode {
    /// The line of the member at a dotted path, or of the last on the way that is there.
    fileprivate func line(of path: String) -> Int {
        var (node, line) = (self, line)
        for name in path.split(separator: ".") {
            guard let member = node.mapping?.first(where: { $0.key.scalar?.text == String(name) }) else { break }
            node = member.value
            line = member.key.line
        }
        return line
    }

    /// - Returns: nil where there is no member at this dotted path.
    fileprivate func without(_ path: String) -> YAMLNode? {
        let names = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard var members = mapping,
            let index = members.firstIndex(where: { $0.key.scalar?.text == names.first })
        else { return nil }
        if names.count == 1 {
            members.remove(at: index)
        } else {
            guard let less = members[index].value.without(names[1]) else { return nil }
            members[index] = Member(key: members[index].key, value: less)
        }
        return YAMLNode(.mapping(members), tag: tag, mark: mark)
    }
}

extension YAMLNode: JSONWritable {
    /// The value as JSON; plain scalars keep the type that YAML gives them.
    public func write(to writer: inout JSONWriter) {
        switch content {
        case .mapping(let members):
            writer.beginObject()
            for member in members { writer.member(member.key.scalar?.text ?? "", member.value) }
            writer.endObject()
        case .sequence(let elements):
            writer.beginArray()
            for element in elements { writer.element(element) }
            writer.endArray()
        case .scalar(let scalar):
            switch scalar.meaning {
            case .null: writer.null()
            case .bool(let value): writer.bool(value)
            case .number(let digits): writer.raw(digits)
            case .string, .notInJSON: writer.string(scalar.text)
            }
        }
    }
}
