import ConductorModel
import ConductorYAML

/// `access.agents` and `access.max_priority` of `conductor.yaml`, and what is wrong with them.
struct AccessBoundList {
    static let keys: Set<String> = ["access.agents", "access.max_priority"]

    private(set) var bounds: [AccessBound] = []
    private(set) var problems: [(line: Int, key: String, reason: String)] = []

    /// - Parameter key: One of `keys`.
    init(_ node: YAMLNode, key: String) {
        guard let members = node.mapping else {
            report(node.line, key, "must hold users, and what each may do")
            return
        }
        for member in members {
            let name = member.key.scalar?.text ?? "", path = "\(key).\(name)"
            guard let account = Account(text: name) else {
                report(member.key.line, path, SettingForm<Account>.account.expectation)
                continue
            }
            if key == "access.agents" {
                readAgents(member.value, path, account)
            } else if let priority = member.value.scalar.flatMap({ Priority(rawValue: $0.text) }) {
                bounds.append(AccessBound(account: account, rule: .maxPriority(priority)))
            } else {
                report(member.value.line, path, Self.oneOf(Priority.self))
            }
        }
    }

    private mutating func readAgents(_ node: YAMLNode, _ path: String, _ account: Account) {
        guard let members = node.mapping else { return report(node.line, path, "must hold ids or types") }
        for member in members {
            let name = member.key.scalar?.text ?? "", texts = member.value.sequence?.map { $0.scalar?.text }
            guard ["ids", "types"].contains(name) else {
                report(member.key.line, "\(path).\(name)", "is not known here")
                continue
            }
            guard let texts = texts as? [String] else {
                report(member.value.line, "\(path).\(name)", "must be a list of single values")
                continue
            }
            let types = texts.compactMap(AgentType.init(rawValue:))
            if name == "ids" {
                bounds.append(AccessBound(account: account, rule: .agentIDs(texts)))
            } else if types.count == texts.count {
                bounds.append(AccessBound(account: account, rule: .agentTypes(types)))
            } else {
                report(member.value.line, "\(path).\(name)", Self.oneOf(AgentType.self))
            }
        }
    }

    private static func oneOf<Word: Vocabulary>(_: Word.Type) -> String {
        "must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))"
    }

    private mutating func report(_ line: Int, _ key: String, _ reason: String) {
        problems.append((line, key, reason))
    }
}
