import ConductorJSON
import ConductorModel
import Yams

/// `conductor.yaml`, taken apart: every value with the line it stands on, and all that is wrong in its form.
struct ConfigurationFile: Sendable {
    enum Contents: Sendable {
        case text(String)
        /// There need not be one.
        case missing
        case unreadable
    }

    struct Value: Sendable {
        var isList: Bool
        /// One, where it is no list.
        var texts: [String]
        var lines: [Int]
    }

    let path: String
    /// By dotted key.
    private(set) var values: [String: Value] = [:]
    private(set) var policies: [Policy] = []
    private(set) var problems: [ConfigurationProblem] = []

    init(path: String, contents: Contents) {
        self.path = path
        switch contents {
        case .text(let yaml): read(yaml)
        case .missing: break
        case .unreadable: report(0, "", "the file cannot be read")
        }
    }

    private mutating func read(_ yaml: String) {
        let root: Node?
        do {
            let text = String(decoding: Array(yaml.utf8).withoutByteOrderMark, as: UTF8.self)
            root = try Yams.compose(yaml: text)
        } catch {
            let (reason, line) = Self.explain(error)
            return report(line, "", "not YAML: \(reason)")
        }
        // An empty file is one null.
        guard let root, root.null == nil else { return }
        guard let mapping = root.mapping else { return report(root.line, "", "the file must hold keys and values") }
        for (key, value) in mapping { read(key, value, prefix: "") }
    }

    private mutating func read(_ keyNode: Node, _ value: Node, prefix: String) {
        let key = prefix + (keyNode.string ?? "")
        if prefix.isEmpty, key == "policies" {
            let list = PolicyList(value)
            policies = list.policies
            for problem in list.problems { report(problem.line, problem.key, problem.reason) }
        } else if prefix.isEmpty, Setting.sections.contains(key) {
            guard let mapping = value.mapping else { return report(value.line, key, "must hold keys and values") }
            for (name, member) in mapping { read(name, member, prefix: key + ".") }
        } else if let setting = Setting.all.first(where: { $0.key == key }) {
            take(setting, value)
        } else {
            report(keyNode.line, key, "is not known here")
        }
    }

    private mutating func take(_ setting: Setting, _ value: Node) {
        let wish = setting.isList ? "must be a list of single values" : "must be a single value"
        if setting.isList, let sequence = value.sequence {
            var taken = Value(isList: true, texts: [], lines: [])
            for element in sequence {
                guard let scalar = element.scalar else {
                    report(element.line, setting.key, wish)
                    continue
                }
                taken.texts.append(scalar.string)
                taken.lines.append(element.line)
            }
            values[setting.key] = taken
        } else if !setting.isList, let scalar = value.scalar {
            values[setting.key] = Value(isList: false, texts: [scalar.string], lines: [value.line])
        } else {
            report(value.line, setting.key, wish)
        }
    }

    private mutating func report(_ line: Int, _ key: String, _ reason: String) {
        problems.append(ConfigurationProblem(place: .file(path, line: line), key: key, reason: reason))
    }

    private static func explain(_ error: any Error) -> (reason: String, line: Int) {
        switch error as? YamlError {
        case .scanner(_, let reason, let mark, _), .parser(_, let reason, let mark, _),
            .composer(_, let reason, let mark, _):
            (reason, mark.line)
        case .duplicatedKeysInMapping(let keys, let context):
            ("the key \(keys.joined(separator: ", ")) stands twice", context.mark.line)
        case .reader(let reason, _, _, _): (reason, 0)
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded, nil: ("\(error)", 0)
        }
    }
}

extension Node {
    /// From 1; 0 where the parser does not know it.
    var line: Int { mark?.line ?? 0 }
}
