import ConductorJSON
import ConductorModel
import ConductorYAML

/// `conductor.yaml`, taken apart: every value with the line it stands on, and all that is wrong in its form.
package struct ConfigurationFile: Sendable {
    package enum Contents: Sendable {
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
    private(set) var bounds: [AccessBound] = []
    private(set) var problems: [ConfigurationProblem] = []

    package init(path: String, contents: Contents) {
        self.path = path
        switch contents {
        case .text(let yaml): read(yaml)
        case .missing: break
        case .unreadable: report(0, "", "the file cannot be read")
        }
    }

    /// A file of lists has this many only where aliases make them.
    private static let maximumValues = 1_000_000

    private mutating func read(_ yaml: String) {
        let root: YAMLNode?
        do throws(YAMLError) {
            root = try YAMLNode.read(Array(yaml.utf8).withoutByteOrderMark)
        } catch {
            return report(error.mark?.line ?? 0, "", "not YAML: \(Self.explain(error))")
        }
        guard let root, root.scalar?.meaning != .null else { return }
        guard root.count <= Self.maximumValues else { return report(root.line, "", "its aliases make it too large") }
        guard let members = root.mapping else { return report(root.line, "", "the file must hold keys and values") }
        for member in members { read(member, prefix: "") }
    }

    private mutating func read(_ member: YAMLNode.Member, prefix: String) {
        let key = prefix + (member.key.scalar?.text ?? ""), value = member.value
        if prefix.isEmpty, key == "policies" {
            let list = PolicyList(value)
            policies = list.policies
            for problem in list.problems { report(problem.line, problem.key, problem.reason) }
        } else if AccessBoundList.keys.contains(key) {
            let list = AccessBoundList(value, key: key)
            bounds += list.bounds
            for problem in list.problems { report(problem.line, problem.key, problem.reason) }
        } else if prefix.isEmpty, Setting.sections.contains(key) {
            guard let members = value.mapping else { return report(value.line, key, "must hold keys and values") }
            for member in members { read(member, prefix: key + ".") }
        } else if let setting = Setting.all.first(where: { $0.key == key }) {
            take(setting, value)
        } else {
            report(member.key.line, key, "is not known here")
        }
    }

    private mutating func take(_ setting: Setting, _ value: YAMLNode) {
        let wish = setting.isList ? "must be a list of single values" : "must be a single value"
        if setting.isList, let sequence = value.sequence {
            var taken = Value(isList: true, texts: [], lines: [])
            for element in sequence {
                guard let scalar = element.scalar else {
                    report(element.line, setting.key, wish)
                    continue
                }
                taken.texts.append(scalar.text)
                taken.lines.append(element.line)
            }
            values[setting.key] = taken
        } else if !setting.isList, let scalar = value.scalar {
            values[setting.key] = Value(isList: false, texts: [scalar.text], lines: [value.line])
        } else {
            report(value.line, setting.key, wish)
        }
    }

    private mutating func report(_ line: Int, _ key: String, _ reason: String) {
        problems.append(ConfigurationProblem(place: .file(path, line: line), key: key, reason: reason))
    }

    private static func explain(_ error: YAMLError) -> String {
        switch error.reason {
        case .syntax(let problem): problem
        case .duplicateKey(let key): "the key \(key) stands twice"
        }
    }
}

extension YAMLNode {
    var line: Int { mark.line }
}
