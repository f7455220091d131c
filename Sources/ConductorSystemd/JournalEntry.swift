/// What one journal entry says. A value: it is sent by ``JournalLog``.
public struct JournalEntry: Hashable, Sendable {
    /// For people; best a constant sentence whose particulars are in `fields`.
    public var message: String
    public var priority: JournalPriority
    /// The kind of entry, for programs; nil where it has none.
    public var messageID: MessageID?
    /// In this order, beside the message. A name may stand more than once, as the journal allows.
    public var fields: [JournalField]
    public var location: CodeLocation

    public init(
        _ message: String,
        priority: JournalPriority = .info,
        messageID: MessageID? = nil,
        fields: [JournalField] = [],
        file: String = #fileID,
        line: UInt = #line,
        function: String = #function
    ) {
        self.message = message
        self.priority = priority
        self.messageID = messageID
        self.fields = fields
        self.location = CodeLocation(file: file, line: line, function: function)
    }
}

/// The place in the source that wrote an entry: CODE_FILE, CODE_LINE and CODE_FUNC.
public struct CodeLocation: Hashable, Sendable {
    public var file: String
    public var line: UInt
    public var function: String

    public init(file: String, line: UInt, function: String) {
        self.file = file
        self.line = line
        self.function = function
    }
}

extension JournalEntry {
    /// About what the entry costs in memory while it waits, in bytes.
    public var cost: Int {
        fields.reduce(Self.fixedCost + message.utf8.count) { cost, field in
            cost + JournalFieldName.maximumLength + field.value.utf8.count
        }
    }

    private static let fixedCost = 256
}
