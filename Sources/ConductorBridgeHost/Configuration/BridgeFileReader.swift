import ConductorBridge
import ConductorJSON
import ConductorModel
import ConductorYAML

/// Reads `bridge.yaml`, and gathers all that is wrong with it.
struct BridgeFileReader {
    private(set) var problems: [BridgeFile.Problem] = []

    private enum Key: String, CaseIterable {
        case host, socket, nats, offer, lend
        case lease = "lease_seconds"
        case report = "report_seconds"
        case queue = "queue_seconds"
        case maxMessageBytes = "max_message_bytes"
    }

    /// Nil where it has no host; what is wrong stands in `problems`.
    mutating func read(_ text: String) -> BridgeFile? {
        var duplicates: [YAMLError] = []
        let root: YAMLNode?
        do throws(YAMLError) {
            root = try YAMLNode.read(Array(text.utf8), duplicates: &duplicates)
        } catch {
            explain(error)
            return nil
        }
        for duplicate in duplicates { explain(duplicate) }
        guard let root, root.count <= 100_000, let members = root.mapping else {
            report(root?.mark, "", "must be a mapping, such as host: east")
            return nil
        }
        guard let host = members.first(where: { $0.key.scalar?.text == Key.host.rawValue }) else {
            report(nil, Key.host.rawValue, "is required")
            return nil
        }
        guard let name = hostName(host.value, Key.host.rawValue) else { return nil }
        var file = BridgeFile(BridgeConfiguration(host: name))
        file.bridge.messageBytes = 1 << 20
        for member in members { read(member, into: &file) }
        check(file, root)
        return file
    }

    private mutating func read(_ member: YAMLNode.Member, into file: inout BridgeFile) {
        let text = member.key.scalar?.text ?? "", value = member.value
        guard let key = Key(rawValue: text) else {
            return unknown(member, text, among: Key.allCases.map(\.rawValue))
        }
        switch key {
        case .host: break
        case .socket: file.socket = path(value, text)
        case .nats: readNetwork(value, into: &file.network)
        case .offer: readOfferings(value, into: &file.bridge)
        case .lend: readLendings(value, into: &file.bridge)
        case .lease: if let time = seconds(value, text, in: 1...3_600) { file.bridge.lease = time }
        case .report: if let time = seconds(value, text, in: 0.1...600) { file.bridge.beat = time }
        case .queue: if let time = seconds(value, text, in: 0.1...3_600) { file.bridge.queueTimeout = time }
        case .maxMessageBytes:
            let range = (64 << 10)...BridgeLimits.messageBytes
            if let bytes = integer(value, text, in: range) { file.bridge.messageBytes = bytes }
        }
    }

    /// What is right by itself, and wrong together.
    private mutating func check(_ file: BridgeFile, _ root: YAMLNode) {
        let bridge = file.bridge
        if bridge.offerings.isEmpty && bridge.lendings.isEmpty {
            report(root.mark, "", "has nothing to do: say what this host offers (offer) or lends (lend)")
        }
        if bridge.lease < bridge.beat * 3 {
            report(root.mark, "lease_seconds", "must be at least three times report_seconds, so that one may be lost")
        }
        for (type, lending) in bridge.lendings where bridge.offerings[type] != nil && lending.labels.isEmpty {
            report(
                root.mark, "lend.\(type.rawValue).labels",
                "is required where the type is offered too: else work of others could be sent on to others")
        }
        for host in bridge.owners.union(bridge.workers) where host == bridge.host {
            report(root.mark, "host", "must not be among the hosts of offer or lend")
        }
        if file.network.servers.isEmpty { report(root.mark, "nats.servers", "is required") }
        if (file.network.certificateFile == nil) != (file.network.keyFile == nil) {
            report(root.mark, "nats", "must have both certificate_file and key_file, or none of them")
        }
        if (file.network.user == nil) != (file.network.passwordFile == nil) {
            report(root.mark, "nats", "must have both user and password_file, or none of them")
        }
    }

    // MARK: Values

    mutating func members(_ node: YAMLNode, _ path: String) -> [YAMLNode.Member] {
        guard let members = node.mapping else {
            report(node.mark, path, "must be a mapping of keys to values")
            return []
        }
        return members
    }

    mutating func hostName(_ node: YAMLNode, _ path: String) -> HostName? {
        if let name = node.scalar.flatMap({ HostName($0.text) }) { return name }
        report(node.mark, path, "must be a host's name: lower-case letters, digits, and - after the first, at most 63")
        return nil
    }

    mutating func texts(_ node: YAMLNode, _ path: String) -> [(text: String, mark: YAMLNode.Mark)] {
        guard let elements = node.sequence, elements.allSatisfy({ $0.scalar != nil }) else {
            report(node.mark, path, "must be a list of single values, such as [a, b]")
            return []
        }
        return elements.compactMap { element in element.scalar.map { ($0.text, element.mark) } }
    }

    mutating func hosts(_ node: YAMLNode, _ path: String) -> Set<HostName> {
        guard let elements = node.sequence, !elements.isEmpty, elements.count <= BridgeLimits.hosts else {
            report(node.mark, path, "must be a list of hosts, such as [farm-1, farm-2], at most \(BridgeLimits.hosts)")
            return []
        }
        var hosts: Set<HostName> = []
        for (index, element) in elements.enumerated() {
            if let host = hostName(element, "\(path)[\(index)]") { hosts.insert(host) }
        }
        return hosts
    }

    mutating func integer(_ node: YAMLNode, _ path: String, in range: ClosedRange<Int>) -> Int? {
        if let number = node.scalar.flatMap({ Int($0.text) }), range.contains(number) { return number }
        report(node.mark, path, "must be an integer from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    private mutating func seconds(_ node: YAMLNode, _ path: String, in range: ClosedRange<Double>) -> Duration? {
        if let number = node.scalar.flatMap({ Double($0.text) }), range.contains(number) {
            return .milliseconds(Int64(number * 1_000))
        }
        report(node.mark, path, "must be a number of seconds from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    mutating func path(_ node: YAMLNode, _ key: String) -> String? {
        if let text = node.scalar?.text, text.hasPrefix("/"), text.utf8.count <= 1_024 { return text }
        report(node.mark, key, "must be an absolute path")
        return nil
    }

    // MARK: Problems

    mutating func unknown(_ member: YAMLNode.Member, _ path: String, among keys: [String]) {
        let key = member.key.scalar?.text ?? ""
        report(member.key.mark, path, "unknown key \"\(key)\"" + key.suggestion(among: keys))
    }

    mutating func report(_ mark: YAMLNode.Mark?, _ key: String, _ reason: String) {
        problems.append(BridgeFile.Problem(line: mark?.line, column: mark?.column, key: key, reason: reason))
    }

    private mutating func explain(_ error: YAMLError) {
        switch error.reason {
        case .syntax(let problem): report(error.mark, "", "not YAML: \(problem)")
        case .duplicateKey(let key): report(error.mark, "", "duplicate key \"\(key)\"")
        }
    }
}
