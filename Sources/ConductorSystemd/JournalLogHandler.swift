import Logging

/// swift-log's back end for the journal: the message stays as it is, metadata become `CONDUCTOR_<KEY>` fields.
///
/// The metadata key `message_id` with 32 lower-case hex digits becomes the entry's MESSAGE_ID, the logger's label
/// `CONDUCTOR_LOGGER`, an attached error `CONDUCTOR_ERROR`.
public struct JournalLogHandler: LogHandler {
    public static let messageIDKey = "message_id"

    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let log: JournalLog

    public init(
        label: String,
        log: JournalLog,
        logLevel: Logger.Level = .info,
        metadata: Logger.Metadata = [:],
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.label = label
        self.log = log
        self.logLevel = logLevel
        self.metadata = metadata
        self.metadataProvider = metadataProvider
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        log.send(entry(for: event))
    }

    func entry(for event: LogEvent) -> JournalEntry {
        var entry = JournalEntry(
            event.message.description, priority: JournalPriority(event.level),
            file: event.file, line: event.line, function: event.function)
        entry.fields.append(JournalField("CONDUCTOR_LOGGER", label))
        for (key, value) in merged(with: event.metadata).sorted(by: { $0.key < $1.key }) {
            if key == Self.messageIDKey, let messageID = MessageID(value.fieldText) {
                entry.messageID = messageID
            } else {
                entry.fields.append(JournalField(.conductor(key), value.fieldText))
            }
        }
        if let error = event.error {
            entry.fields.append(JournalField("CONDUCTOR_ERROR", String(describing: error)))
        }
        return entry
    }

    /// The nearer to the call, the stronger.
    private func merged(with explicit: Logger.Metadata?) -> Logger.Metadata {
        metadata
            .merging(metadataProvider?.get() ?? [:]) { _, provided in provided }
            .merging(explicit ?? [:]) { _, explicit in explicit }
    }
}

extension Logger.MetadataValue {
    /// Always the same text for the same value: keys in order.
    fileprivate var fieldText: String {
        switch self {
        case .string(let text): return text
        case .stringConvertible(let value): return value.description
        case .array(let values): return "[" + values.map(\.fieldText).joined(separator: ", ") + "]"
        case .dictionary(let members):
            let texts = members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.fieldText)" }
            return "{" + texts.joined(separator: ", ") + "}"
        }
    }
}
