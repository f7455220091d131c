import ConductorJSON
import ConductorModel
import Yams

/// `conductor.yaml`, taken apart: every value with the line it stands on. What nobody knows is refused.
struct ConfigurationFile: Sendable {
    struct Value: Sendable {
        let text: String
        let line: Int
    }

    let path: String
    /// By dotted key.
    private(set) var values: [String: Value] = [:]
    private(set) var policies: [Policy] = []

    private static let knownKeys = Set(Setting.all.map(\.key))

    /// A file that is not there.
    init(missing path: String) {
        self.path = path
    }

    init(path: String, yaml: String) throws(ConfigurationProblem) {
        self.path = path
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw Self.problem(error, path)
        }
        // An empty file is one null.
        guard let root, root.null == nil else { return }
        guard let mapping = root.mapping else {
            throw problem(root, "", "the file must hold keys and values")
        }
        for (key, value) in mapping {
            switch key.string {
            case "policies": policies = try readPolicies(value)
            case "limits": try readLimits(value)
            default: try take(key, value, prefix: "")
            }
        }
    }

    private mutating func readLimits(_ node: Node) throws(ConfigurationProblem) {
        guard let mapping = node.mapping else { throw problem(node, "limits", "must hold keys and values") }
        for (key, value) in mapping { try take(key, value, prefix: "limits.") }
    }

    private mutating func take(_ key: Node, _ value: Node, prefix: String) throws(ConfigurationProblem) {
        let name = prefix + (key.string ?? "")
        guard Self.knownKeys.contains(name) else { throw problem(key, name, "is not known here") }
        guard let scalar = value.scalar else { throw problem(value, name, "must be a single value") }
        values[name] = Value(text: scalar.string, line: value.mark?.line ?? 0)
    }

    private func readPolicies(_ node: Node) throws(ConfigurationProblem) -> [Policy] {
        guard let sequence = node.sequence else { throw problem(node, "policies", "must be a list") }
        var policies: [Policy] = []
        for (index, item) in sequence.enumerated() {
            let name = "policies[\(index)]"
            guard let mapping = item.mapping else {
                throw problem(item, name, "must hold a kind and its parameters")
            }
            for (key, _) in mapping where key.string != "kind" && key.string != "parameters" {
                throw problem(key, name + "." + (key.string ?? ""), "is not known here")
            }
            var writer = JSONWriter()
            item.write(to: &writer)
            do {
                policies.append(try Policy(json: try writer.text.parsed()))
            } catch let error as JSONFieldError {
                let error = error.within(name)
                throw problem(item, error.field, error.reason)
            } catch {
                throw problem(item, name, "cannot be read")
            }
        }
        return policies
    }

    private func problem(_ node: Node, _ key: String, _ reason: String) -> ConfigurationProblem {
        ConfigurationProblem(place: .file(path, line: node.mark?.line ?? 0), key: key, reason: reason)
    }

    private static func problem(_ error: any Error, _ path: String) -> ConfigurationProblem {
        func problem(_ reason: String, _ line: Int) -> ConfigurationProblem {
            ConfigurationProblem(place: .file(path, line: line), key: "", reason: "not YAML: \(reason)")
        }
        switch error as? YamlError {
        case .scanner(_, let reason, let mark, _), .parser(_, let reason, let mark, _),
            .composer(_, let reason, let mark, _):
            return problem(reason, mark.line)
        case .duplicatedKeysInMapping(let keys, let context):
            return problem("the key \(keys.joined(separator: ", ")) stands twice", context.mark.line)
        case .reader(let reason, _, _, _): return problem(reason, 0)
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded, nil:
            return problem("\(error)", 0)
        }
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
        } else if let float {
            writer.double(float)
        } else {
            writer.string(string ?? "")
        }
    }
}
