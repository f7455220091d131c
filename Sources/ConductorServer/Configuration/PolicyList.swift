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
        guard item.mapping != nil else {
            return problems.append((item.line, name, "must hold a kind and its parameters"))
        }
        var writer = JSONWriter()
        item.write(to: &writer)
        do {
            let policy = try Policy(json: try writer.text.parsed())
            guard !policies.contains(where: { $0.kind == policy.kind }) else {
                return problems.append((item.line, name, "has the kind of an earlier one"))
            }
            policies.append(policy)
        } catch let error as JSONFieldError {
            problems.append((item.line(of: error.field), error.within(name).field, error.reason))
        } catch {
            problems.append((item.line, name, "cannot be read"))
        }
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
