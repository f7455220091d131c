import ConductorJSON

/// What a workflow gives as a whole: a name, and the expressions that its value is made of.
public struct OutputDefinition: Hashable, Sendable {
    /// Of letters, digits, `_` and `-`, so that a path can lead to it.
    public let name: String
    /// A text with expressions; one that is nothing else takes the value's own type.
    public let template: String

    public init(name: String, template: String) {
        self.name = name
        self.template = template
    }

    /// Tasks that its expressions name; none where they cannot be read.
    public var tasks: [TaskID] {
        let pieces = (try? Template(parsing: template))?.pieces ?? []
        return pieces.compactMap { piece in
            guard case .expression(let expression) = piece, case .task(let id) = expression.root else { return nil }
            return id
        }
    }

    static func isName(_ name: String) -> Bool {
        (1...Limits.identifierBytes).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

/// The outputs of a workflow in their order: a JSON object of texts.
struct OutputDefinitions: JSONReadable, JSONWritable {
    var all: [OutputDefinition] = []

    init(_ all: [OutputDefinition]) {
        self.all = all
    }

    init(json: JSONValue) throws(JSONFieldError) {
        guard json.kind == .object else { throw JSONFieldError(reason: "must be an object") }
        guard json.byteCount <= Limits.metadataBytes else {
            throw JSONFieldError(reason: "must be at most \(Limits.metadataBytes) bytes")
        }
        for (name, value) in json.members {
            guard OutputDefinition.isName(name) else {
                throw JSONFieldError(
                    field: name.excerpt(), reason: "must be a name of letters, digits, _ and -, at most 128")
            }
            guard let text = value.string else { throw JSONFieldError(field: name, reason: "must be a string") }
            all.append(OutputDefinition(name: name, template: text))
        }
        guard all.count <= Limits.workflowOutputs else {
            throw JSONFieldError(reason: "must be at most \(Limits.workflowOutputs)")
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for output in all { writer.member(output.name, output.template) }
        }
    }
}

/// What a workflow's outputs came to when it ended.
public struct WorkflowOutputs: Sendable {
    /// An output whose expressions led nowhere.
    public struct Missing: Hashable, Sendable {
        public let name: String
        /// For people.
        public let reason: String

        public init(name: String, reason: String) {
            self.name = name
            self.reason = reason
        }
    }

    /// By their names, in the order of the workflow: a JSON object of at most `Limits.metadataBytes`.
    public var values: JSONText
    public var missing: [Missing]

    /// Of a workflow without outputs, or one that has not ended.
    public static let none = WorkflowOutputs(values: .emptyObject, missing: [])

    public init(values: JSONText, missing: [Missing]) {
        self.values = values
        self.missing = missing
    }
}

extension WorkflowOutputs {
    package init(_ fields: inout JSONFields) throws(JSONFieldError) {
        values = try fields.object("outputs") ?? .emptyObject
        missing = try fields.value("missing_outputs", default: MissingOutputs([])).all
    }

    /// Where there are some.
    package func writeMembers(to writer: inout JSONWriter) {
        if !missing.isEmpty || values != .emptyObject { writer.member("outputs", values) }
        if !missing.isEmpty { writer.member("missing_outputs", MissingOutputs(missing)) }
    }
}

/// Reasons by names.
private struct MissingOutputs: JSONReadable, JSONWritable {
    var all: [WorkflowOutputs.Missing]

    init(_ all: [WorkflowOutputs.Missing]) {
        self.all = all
    }

    init(json: JSONValue) throws(JSONFieldError) {
        guard json.kind == .object else { throw JSONFieldError(reason: "must be an object") }
        all = json.members.map { WorkflowOutputs.Missing(name: $0.key, reason: $0.value.string ?? "") }
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for output in all { writer.member(output.name, output.reason) }
        }
    }
}
