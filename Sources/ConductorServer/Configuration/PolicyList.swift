import ConductorJSON
import ConductorModel
import Yams

/// The policies of `conductor.yaml`, and what is wrong with them.
struct PolicyList {
    private(set) var policies: [Policy] = []
    private(set) var problems: [(line: Int, key: String, reason: String)] = []

    init(_ node: Node) {
        guard let sequence = node.sequence else {
            problems.append((node.line, "policies", "must be a list"))
            return
        }
        for (index, item) in sequence.enumerated() { read(item, "policies[\(index)]") }
    }

    private mutating func read(_ item: Node, _ name: String) {
        guard let mapping = item.mapping else {
            return report(item, "", name, "must hold a kind and its parameters")
        }
        for (key, _) in mapping where key.string != "kind" && key.string != "parameters" {
            report(item, key.string ?? "", name, "is not known here")
        }
        var rest = item
        while let error = take(rest, isWhole: rest == item, item, name) {
            report(item, error.field, name, error.reason)
            // Without its kind nothing more can be said of it; of the rest, what is wrong too.
            guard error.field != "kind", rest.removeMember(error.field) else { return }
        }
    }

    /// - Returns: the first thing that is wrong.
    private mutating func take(_ node: Node, isWhole: Bool, _ item: Node, _ name: String) -> JSONFieldError? {
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

    private mutating func report(_ item: Node, _ field: String, _ name: String, _ reason: String) {
        let key = JSONFieldError(field: field, reason: reason).within(name).field
        problems.append((item.line(of: field), key, reason))
    }
}

extension Node {
    /// The line of the member at a dotted path, or of the last on the way that is there.
    fileprivate func line(of path: String) -> Int {
        var (node, line) = (self, line)
        for name in path.split(separator: ".") {
            guard let member = node.mapping?.first(where: { $0.key.string == String(name) }) else { break }
            node = member.value
            line = member.key.line
        }
        return line
    }
}

extension Node {
    /// - Returns: false where there is none at this dotted path.
    fileprivate mutating func removeMember(_ path: String) -> Bool {
        let names = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard let name = names.first, var mapping, var member = mapping[Node(name)] else { return false }
        if names.count == 1 {
            mapping[Node(name)] = nil
        } else {
            guard member.removeMember(names[1]) else { return false }
            mapping[Node(name)] = member
        }
        self = .mapping(mapping)
        return true
    }
}

extension Node: JSONWritable {
    /// The value as JSON; plain scalars keep the type that YAML gives them.
    public func write(to writer: inout JSONWriter) {
        if let mapping {
            writer.beginObject()
            for (key, value) in mapping { writer.member(key.string ?? "", value) }
            writer.endObject()
        } else if let sequence {
            writer.beginArray()
            for element in sequence { writer.element(element) }
            writer.endArray()
        } else if null != nil {
            writer.null()
        } else if let bool {
            writer.bool(bool)
        } else if let int {
            writer.integer(Int64(int))
        } else if let float, float.isFinite {
            writer.double(float)
        } else {
            writer.string(string ?? "")
        }
    }
}
