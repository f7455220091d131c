/// What a person calls a workflow or a task that was dispatched alone.
public enum WorkReference: Hashable, Sendable {
    /// `@last`: the caller's newest workflow.
    case last
    /// `name#41` or `#41`: a workflow by its number.
    case number(Int, name: String?)
    /// An id, the beginning of one, or a workflow's name.
    case text(String)

    /// Shorter beginnings of ids mean nothing.
    public static let shortestPrefix = 4

    public init(_ text: String) {
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        if text == "@last" {
            self = .last
        } else if parts.count > 1, let digits = parts.last, let number = Int(digits), number > 0 {
            let name = text.dropLast(digits.count + 1)
            self = .number(number, name: name.isEmpty ? nil : String(name))
        } else {
            self = .text(text)
        }
    }

    /// As a person writes it.
    public var text: String {
        switch self {
        case .last: "@last"
        case .number(let number, let name): "\(name ?? "")#\(number)"
        case .text(let text): text
        }
    }
}

/// What a reference may mean, the newest first.
public struct WorkMatches: Sendable {
    public enum Kind: String, Vocabulary {
        /// An id: there is one match at most of each kind.
        case id
        /// A name: the newest runs of it.
        case name
        /// The beginning of ids.
        case prefix
        case number
        case last
    }

    /// As many are told.
    public static let most = 20

    public var kind: Kind
    public var workflows: [WorkflowRecord]
    public var tasks: [TaskRecord]
    /// There are more.
    public var isCut = false

    public init(_ kind: Kind, workflows: [WorkflowRecord] = [], tasks: [TaskRecord] = []) {
        self.kind = kind
        self.workflows = workflows
        self.tasks = tasks
    }

    public var isEmpty: Bool { workflows.isEmpty && tasks.isEmpty }
}
