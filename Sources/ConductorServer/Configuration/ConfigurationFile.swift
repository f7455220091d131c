import ConductorJSON
import ConductorModel
import ConductorYAML

/// `conductor.yaml`, taken apart: every value with its place, and all that is wrong in its form.
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
        var marks: [YAMLNode.Mark]
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
        case .unreadable: report(nil, "", "the file cannot be read")
        }
    }

    /// A file of lists has this many only where aliases make them.
    private static let maximumValues = 1_000_000

    private mutating func read(_ yaml: String) {
        var duplicates: [YAMLError] = []
        let root: YAMLNode?
        do throws(YAMLError) {
            root = try YAMLNode.read(Array(yaml.utf8).withoutByteOrderMark, duplicates: &duplicates)
        } catch {
            return report(error.mark, "", Self.explain(error))
        }
        for duplicate in duplicates { report(duplicate.mark, "", Self.explain(duplicate)) }
        guard let root, root.scalar?.meaning != .null else { return }
        guard root.count <= Self.maximumValues else { return report(root.mark, "", "its aliases make it too large") }
        guard let members = root.mapping else {
            return report(root.mark, "", "must be a mapping, such as lease_seconds: 30")
        }
        for member in members { read(member, prefix: "") }
    }

    private mutating func read(_ member: YAMLNode.Member, prefix: String) {
        let key = prefix + (member.key.scalar?.text ?? ""), value = member.value
        if prefix.isEmpty, key == "policies" {
            let list = PolicyList(value)
            policies = list.policies
            for problem in list.problems { report(problem.mark, problem.key, problem.reason) }
        } else if AccessBoundList.keys.contains(key) {
            let list = AccessBoundList(value, key: key)
            bounds += list.bounds
            for problem in list.problems { report(problem.mark, problem.key, problem.reason) }
        } else if prefix.isEmpty, Setting.sections.contains(key) {
            guard let members = value.mapping else {
                return report(value.mark, key, "must be a mapping of keys to values")
            }
            for member in members { read(member, prefix: key + ".") }
        } else if let setting = Setting.all.first(where: { $0.key == key }) {
            take(setting, value)
        } else {
            report(member.key.mark, key, Setting.unknown(key))
        }
    }

    private mutating func take(_ setting: Setting, _ value: YAMLNode) {
        let wish = setting.isList ? "must be a list of single values, such as [a, b]" : "must be a single value"
        if setting.isList, let sequence = value.sequence {
            var taken = Value(isList: true, texts: [], marks: [])
            for element in sequence {
                guard let scalar = element.scalar else {
                    report(element.mark, setting.key, wish)
                    continue
                }
                taken.texts.append(scalar.text)
                taken.marks.append(element.mark)
            }
            values[setting.key] = taken
        } else if !setting.isList, let scalar = value.scalar {
            values[setting.key] = Value(isList: false, texts: [scalar.text], marks: [value.mark])
        } else {
            report(value.mark, setting.key, wish)
        }
    }

    /// - Parameter mark: nil for the file as a whole.
    private mutating func report(_ mark: YAMLNode.Mark?, _ key: String, _ reason: String) {
        problems.append(ConfigurationProblem(place: .file(path, mark), key: key, reason: reason))
    }

    private static func explain(_ error: YAMLError) -> String {
        switch error.reason {
        case .syntax(let problem): "not YAML: \(problem)"
        case .duplicateKey(let key): "duplicate key \"\(key)\""
        }
    }
}
