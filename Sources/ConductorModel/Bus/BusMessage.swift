import ConductorJSON

/// What is said on a channel of the bus.
public struct BusMessage: Sendable {
    public enum MessageType: String, Vocabulary {
        case taskAssignment = "task_assignment"
        case taskResult = "task_result"
        case statusUpdate = "status_update"
        case error, feedback, control
    }

    /// Who sent a message, as the kernel and the daemon's configuration say.
    public struct Sender: Hashable, Sendable {
        public var uid: UInt32
        /// The role that the daemon gave the sender.
        public var role: String

        public init(uid: UInt32, role: String) {
            self.uid = uid
            self.role = role
        }
    }

    /// Nil until the daemon has given it one.
    public var messageID: String?
    public var messageType: MessageType
    /// What the sender calls itself.
    public var senderID: String
    /// Set by the daemon; nil where it is the sender itself.
    public var sender: Sender?
    public var recipientID: String?
    public var payload: JSONText = .emptyObject
    public var correlationID: String?
    public var priority: Priority = .medium
    public var timestamp: Timestamp?
    /// It is dropped once it is older than this.
    public var timeToLive: Duration?
    public var metadata: JSONText = .emptyObject

    public init(_ messageType: MessageType, from senderID: String) {
        self.messageType = messageType
        self.senderID = senderID
    }

    /// Of what the sender may make long.
    public var contentBytes: Int { payload.bytes.count + metadata.bytes.count }

    public func isExpired(at now: Timestamp) -> Bool {
        guard let timeToLive, let timestamp else { return false }
        return now - timestamp >= timeToLive
    }
}

extension BusMessage: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        messageID = try fields.text("message_id", maximumBytes: 256)
        messageType = try fields.required("message_type")
        guard let sender = try fields.text("sender_id", maximumBytes: 256) else {
            throw JSONFieldError(field: "sender_id", reason: "is required")
        }
        senderID = sender
        self.sender = try fields.optional("sender")
        recipientID = try fields.text("recipient_id", maximumBytes: 256)
        payload = try fields.object("payload") ?? .emptyObject
        correlationID = try fields.text("correlation_id", maximumBytes: 256)
        priority = try fields.value("priority", default: .medium)
        timestamp = try fields.optional("timestamp")
        timeToLive = try fields.duration("ttl_seconds", in: 0...31_536_000)
        metadata = try fields.object("metadata", maximumBytes: Limits.metadataBytes) ?? .emptyObject
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("message_id", messageID)
            writer.member("message_type", messageType)
            writer.member("sender_id", senderID)
            writer.member("sender", sender)
            writer.member("recipient_id", recipientID)
            writer.member("payload", payload)
            writer.member("correlation_id", correlationID)
            writer.member("priority", priority)
            writer.member("timestamp", timestamp)
            writer.member("ttl_seconds", timeToLive)
            writer.member("metadata", metadata)
        }
    }
}

extension BusMessage.Sender: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        uid = UInt32(clamping: try fields.required("uid", as: Int.self))
        role = try fields.required("role")
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("uid", Int(uid))
            writer.member("role", role)
        }
    }
}
