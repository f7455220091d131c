import ConductorJSON

/// Something that an agent is or has, for tasks that demand it: `gpu`, `arch=arm64`.
///
/// ASCII `[A-Za-z0-9][A-Za-z0-9._:=-]{0,63}`. `id=` and an agent's id is a label that the agent of this id has, and no
/// other: with it a task demands one agent.
public struct AgentLabel: Hashable, Sendable, Comparable, CustomStringConvertible {
    private static let idPrefix = "id="

    public let description: String

    /// Nil where `string` is not a well-formed label.
    public init?(_ string: String) {
        let isWellFormed =
            string.hasPrefix(Self.idPrefix)
            ? AgentID(String(string.dropFirst(Self.idPrefix.count))) != nil
            : string.utf8.count <= Limits.labelBytes && Identifier<Self>(string.replacing("=", with: "-")) != nil
                && !string.hasPrefix("=")
        guard isWellFormed else { return nil }
        description = string
    }

    /// Whether it stands for one agent, and is not for agents to give themselves.
    public var isID: Bool { description.hasPrefix(Self.idPrefix) }

    /// The agent that it stands for, if it stands for one.
    public var agentID: AgentID? { isID ? AgentID(String(description.dropFirst(Self.idPrefix.count))) : nil }

    func names(_ id: AgentID) -> Bool {
        isID && description.utf8.dropFirst(Self.idPrefix.utf8.count).elementsEqual(id.description.utf8)
    }

    public static func < (a: Self, b: Self) -> Bool { a.description < b.description }
}

extension AgentLabel: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        guard let label = Self(try String(json: json)) else {
            throw JSONFieldError(reason: Self.expectation)
        }
        self = label
    }

    /// For people: `must be …`.
    package static let expectation =
        "must be a label: letters, digits, and . _ : = - after the first, at most \(Limits.labelBytes)"

    public func write(to writer: inout JSONWriter) { writer.string(description) }
}

/// The labels of an agent, or those that a task demands: each once, in their order.
public struct AgentLabels: Hashable, Sendable, CustomStringConvertible {
    public static let none = AgentLabels([])

    public let inOrder: [AgentLabel]
    /// Taken once: a demand is looked up at every step of its task's way.
    private let hash: Int

    public init(_ labels: [AgentLabel]) {
        inOrder = labels.count > 1 ? Set(labels).sorted() : labels
        hash = labels.isEmpty ? 0 : inOrder.hashValue
    }

    public var isEmpty: Bool { inOrder.isEmpty }

    public func contains(_ label: AgentLabel) -> Bool { inOrder.contains(label) }

    public var description: String { inOrder.map(\.description).joined(separator: ", ") }

    public static func == (a: Self, b: Self) -> Bool { a.hash == b.hash && a.inOrder == b.inOrder }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }
}

extension AgentLabels: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        let labels = try [AgentLabel](json: json)
        guard labels.count <= Limits.labels else {
            throw JSONFieldError(reason: "must have at most \(Limits.labels) elements")
        }
        self.init(labels)
    }

    public func write(to writer: inout JSONWriter) { inOrder.write(to: &writer) }

    /// Where there are none nothing is written: an older daemon does not know the member.
    public var ifAny: AgentLabels? { isEmpty ? nil : self }
}
