import ConductorJSON
import ConductorModel
import ConductorYAML

/// `access.agents` and `access.max_priority` of `conductor.yaml`, and what is wrong with them.
struct AccessBoundList {
    static let keys: Set<String> = ["access.agents", "access.max_priority"]

    private(set) var bounds: [AccessBound] = []
    private(set) var problems: [(mark: YAMLNode.Mark, key: String, reason: String)] = []

    /// - Parameter key: One of `keys`.
    init(_ node: YAMLNode, key: String) {
        guard let members = node.mapping else {
            report(node.mark, key, "must be a mapping of users to what each may do")
            return
        }
        for member in members {
            let name = member.key.scalar?.text ?? "", path = "\(key).\(name)"
            guard let account = Account(text: name) else {
                report(member.key.mark, path, SettingForm<Account>.account.expectation)
                continue
            }
            if key == "access.agents" {
                readAgents(member.value, path, account)
            } else if let priority = member.value.scalar.flatMap({ Priority(rawValue: $0.text) }) {
                bounds.append(AccessBound(account: account, rule: .maxPriority(priority)))
            } else {
                report(member.value.mark, path, Self.oneOf(Priority.self, not: member.value.scalar?.text))
            }
        }
    }

    private mutating func readAgents(_ node: YAMLNode, _ path: String, _ account: Account) {
        guard let members = node.mapping else {
            return report(node.mark, path, "must be a mapping with the keys ids, types")
        }
        for member in members {
            let name = member.key.scalar?.text ?? "", texts = member.value.sequence?.map { $0.scalar?.text }
            guard ["ids", "types"].contains(name) else {
                report(
                    member.key.mark, "\(path).\(name)",
                    "unknown key \"\(name)\"" + name.suggestion(among: ["ids", "types"]))
                continue
            }
            guard let texts = texts as? [String] else {
                report(member.value.mark, "\(path).\(name)", "must be a list of single values")
                continue
            }
            let types = texts.compactMap(AgentType.init(rawValue:))
            let wrong = texts.first { AgentType(rawValue: $0) == nil }
            if name == "ids" {
                bounds.append(AccessBound(account: account, rule: .agentIDs(texts)))
            } else if types.count == texts.count {
                bounds.append(AccessBound(account: account, rule: .agentTypes(types)))
            } else {
                report(member.value.mark, "\(path).\(name)", Self.oneOf(AgentType.self, not: wrong))
            }
        }
    }

    private static func oneOf<Word: Vocabulary>(_: Word.Type, not text: String?) -> String {
        let wrong = text.map { ", not \"\($0)\"" + $0.suggestion(among: Word.words) }
        return "must be one of \(Word.words.joined(separator: ", "))" + (wrong ?? "")
    }

    private mutating func report(_ mark: YAMLNode.Mark, _ key: String, _ reason: String) {
        problems.append((mark, key, reason))
    }
}
