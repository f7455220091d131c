import ConductorJSON
import ConductorModel
import ConductorYAML

/// The policies of `conductor.yaml`, and what is wrong with them.
struct PolicyList {
    private static let parameters = [
        "max_tasks", "default_timeout_seconds", "max_timeout_seconds", "required_success_rate",
    ]

    private(set) var policies: [Policy] = []
    private(set) var problems: [(mark: YAMLNode.Mark, key: String, reason: String)] = []

    /// What is wrong with a policy is found by reading it again and again.
    private static let maximumValues = 100

    init(_ node: YAMLNode) {
        guard let sequence = node.sequence else {
            problems.append((node.mark, "policies", "must be a list, such as [{kind: AgentAvailabilityPolicy}]"))
            return
        }
        for (index, item) in sequence.enumerated() { read(item, "policies[\(index)]") }
    }

    private mutating func read(_ item: YAMLNode, _ name: String) {
        guard let mapping = item.mapping else {
            return report(item, "", name, "must be a mapping with the keys kind, parameters")
        }
        guard item.count <= Self.maximumValues else {
            return report(item, "", name, "holds more than any policy has")
        }
        for key in mapping.map({ $0.key.scalar?.text }) where key != "kind" && key != "parameters" {
            let suggestion = key?.suggestion(among: ["kind", "parameters"]) ?? ""
            report(item, key ?? "", name, "unknown key \"\(key ?? "")\"" + suggestion)
        }
        if let parameters = item.member(at: "parameters")?.value, parameters.mapping == nil,
            parameters.scalar?.meaning != .null
        {
            return report(item, "parameters", name, "must be a mapping, such as {max_tasks: 5}")
        }
        var rest = item, isWhole = true
        while let error = take(rest, isWhole: isWhole, item, name) {
            report(item, error.field, name, Self.reason(error, item))
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
                report(item, "", name, "duplicate policy \(policy.kind.rawValue)")
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

    /// With the value, and what could have been meant.
    private static func reason(_ error: JSONFieldError, _ item: YAMLNode) -> String {
        let field = error.field.split(separator: ".").last.map(String.init) ?? ""
        if error.reason == JSONFieldError.unknownKey {
            return "unknown key \"\(field)\"" + field.suggestion(among: parameters)
        }
        guard error.reason.hasPrefix("must be"), let text = item.member(at: error.field)?.value.scalar?.text else {
            return error.reason
        }
        // Its own suggestion follows the value.
        let expectation = error.reason.prefix { $0 != ";" }
        let seconds = field.hasSuffix("_seconds") ? " of seconds, such as 300 or 5m" : ""
        let kinds = error.field == "kind" ? text.suggestion(among: Policy.Kind.words) : ""
        return "\(expectation)\(seconds), not \"\(text.excerpt())\"" + kinds
    }

    private mutating func report(_ item: YAMLNode, _ field: String, _ name: String, _ reason: String) {
        let key = JSONFieldError(field: field, reason: reason).within(name).field
        problems.append((item.mark(of: field), key, reason))
    }
}

extension YAMLNode {
    /// The place of the member at a dotted path, or of the last on the way that is there.
    fileprivate func mark(of path: String) -> Mark {
        member(at: path)?.key.mark ?? mark
    }

    /// The member at a dotted path, or the last on the way that is there.
    fileprivate func member(at path: String) -> Member? {
        var found: Member?
        for name in path.split(separator: ".") {
            guard let member = (found?.value ?? self).mapping?.first(where: { $0.key.scalar?.text == String(name) })
            else { break }
            found = member
        }
        return found
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
