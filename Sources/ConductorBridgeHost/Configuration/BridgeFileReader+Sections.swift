import ConductorBridge
import ConductorJSON
import ConductorModel
import ConductorYAML

/// `nats`, `offer` and `lend`.
extension BridgeFileReader {
    private static let capacities = 1...10_000

    private enum NetworkKey: String, CaseIterable {
        case servers, prefix, tls, user
        case passwordFile = "password_file"
        case credentialsFile = "credentials_file"
        case authoritiesFile = "ca_file"
        case certificateFile = "certificate_file"
        case keyFile = "key_file"
    }

    mutating func readNetwork(_ node: YAMLNode, into network: inout BridgeNetworkSettings) {
        for member in members(node, "nats") {
            let text = member.key.scalar?.text ?? "", key = "nats." + text, value = member.value
            switch NetworkKey(rawValue: text) {
            case .servers: network.servers = servers(value, key)
            case .prefix: readPrefix(value, key, into: &network)
            case .tls: readSwitch(value, key, into: &network.isEncrypted)
            case .user: network.user = word(value, key)
            case .passwordFile: network.passwordFile = path(value, key)
            case .credentialsFile: network.credentialsFile = path(value, key)
            case .authoritiesFile: network.authoritiesFile = path(value, key)
            case .certificateFile: network.certificateFile = path(value, key)
            case .keyFile: network.keyFile = path(value, key)
            case nil: unknown(member, key, among: NetworkKey.allCases.map(\.rawValue))
            }
        }
    }

    private mutating func servers(_ node: YAMLNode, _ key: String) -> [String] {
        let servers = texts(node, key)
        for (text, mark) in servers where !text.hasPrefix("nats://") && !text.hasPrefix("tls://") {
            report(mark, key, "must be addresses such as nats://nats-1:4222")
        }
        // It would stand in logs and in lists of processes.
        for (text, mark) in servers where text.contains("@") {
            report(mark, key, "must not have a password: use credentials_file, or user and password_file")
        }
        return servers.map(\.text)
    }

    private mutating func readPrefix(_ node: YAMLNode, _ key: String, into network: inout BridgeNetworkSettings) {
        let text = node.scalar?.text ?? ""
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 128, parts.allSatisfy({ HostName(String($0)) != nil }) else {
            return report(node.mark, key, "must be a subject of lower-case letters, digits, - and dots between them")
        }
        network.prefix = text
    }

    private mutating func word(_ node: YAMLNode, _ key: String) -> String? {
        if let text = node.scalar?.text, !text.isEmpty, text.utf8.count <= 128 { return text }
        report(node.mark, key, "must be a text of 1 to 128 bytes")
        return nil
    }

    private mutating func readSwitch(_ node: YAMLNode, _ key: String, into value: inout Bool) {
        switch node.scalar?.text {
        case "true": value = true
        case "false": value = false
        default: report(node.mark, key, "must be true or false")
        }
    }

    private enum OfferingKey: String, CaseIterable {
        case hosts, capacity, labels
    }

    mutating func readOfferings(_ node: YAMLNode, into bridge: inout BridgeConfiguration) {
        for (type, value, path) in types(node, "offer") {
            var hosts: Set<HostName>?
            var capacity: Int?
            var labels = AgentLabels.none
            for member in members(value, path) {
                let text = member.key.scalar?.text ?? "", key = "\(path).\(text)"
                switch OfferingKey(rawValue: text) {
                case .hosts: hosts = self.hosts(member.value, key)
                case .capacity: capacity = integer(member.value, key, in: Self.capacities)
                case .labels: labels = self.labels(member.value, key)
                case nil: unknown(member, key, among: OfferingKey.allCases.map(\.rawValue))
                }
            }
            guard let hosts, let capacity else { return report(value.mark, path, "must have hosts and capacity") }
            bridge.offerings[type] = .init(capacity: capacity, hosts: hosts)
            bridge.offerings[type]?.labels = labels
        }
    }

    private enum LendingKey: String, CaseIterable {
        case owners, capacity, labels
    }

    mutating func readLendings(_ node: YAMLNode, into bridge: inout BridgeConfiguration) {
        for (type, value, path) in types(node, "lend") {
            var owners: Set<HostName>?
            var capacity: Int?
            var labels = AgentLabels.none
            for member in members(value, path) {
                let text = member.key.scalar?.text ?? "", key = "\(path).\(text)"
                switch LendingKey(rawValue: text) {
                case .owners: owners = hosts(member.value, key)
                case .capacity: capacity = integer(member.value, key, in: Self.capacities)
                case .labels: labels = self.labels(member.value, key)
                case nil: unknown(member, key, among: LendingKey.allCases.map(\.rawValue))
                }
            }
            guard let owners, let capacity else { return report(value.mark, path, "must have owners and capacity") }
            bridge.lendings[type] = .init(capacity: capacity, owners: owners)
            bridge.lendings[type]?.labels = labels
        }
    }

    private mutating func types(_ node: YAMLNode, _ section: String) -> [(AgentType, YAMLNode, String)] {
        var types: [(AgentType, YAMLNode, String)] = []
        for member in members(node, section) {
            let text = member.key.scalar?.text ?? "", path = "\(section).\(text)"
            if let type = AgentType(rawValue: text) {
                types.append((type, member.value, path))
            } else {
                unknown(member, path, among: AgentType.words)
            }
        }
        return types
    }

    private mutating func labels(_ node: YAMLNode, _ key: String) -> AgentLabels {
        let texts = texts(node, key), labels = texts.compactMap { AgentLabel($0.text) }
        let isWrong = labels.count != texts.count || labels.contains { $0.isID || $0.description.hasPrefix("host=") }
        if isWrong || labels.count >= Limits.labels {
            report(node.mark, key, "must be labels, such as [gpu], without id= and host=, fewer than \(Limits.labels)")
        }
        return AgentLabels(labels)
    }
}
