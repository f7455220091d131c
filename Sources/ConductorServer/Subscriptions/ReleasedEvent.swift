import ConductorJSON
import ConductorModel

/// An event that is given to subscribers: the same bytes for all who are sent it.
final class ReleasedEvent {
    enum Content {
        case durable(EventRecord)
        case live(LiveEvent)
    }

    private let content: Content
    /// How many were released before it.
    private let number: Int
    private var encoded: EncodedOnce<Content>

    init(_ content: Content, number: Int) {
        self.content = content
        self.number = number
        encoded = EncodedOnce(content)
    }

    /// - Parameter isLate: It is not sent any more; those who would have got it read the store, or miss it.
    /// - Returns: how often it was sent.
    func give(to subscriber: ConnectionSubscriptions, isLate: Bool = false) -> Int {
        switch content {
        case .durable(let event): subscriber.release(event, number, isLate: isLate) { encoded.text }
        case .live(let event): subscriber.release(event, number, isLate: isLate) { encoded.text }
        }
    }
}

extension ReleasedEvent.Content: JSONWritable {
    func write(to writer: inout JSONWriter) {
        switch self {
        case .durable(let event): event.write(to: &writer)
        case .live(let event): event.write(to: &writer)
        }
    }
}

/// A value as JSON, made when it is first asked for.
struct EncodedOnce<Value: JSONWritable> {
    private let value: Value
    private(set) lazy var text = value.jsonText

    init(_ value: Value) {
        self.value = value
    }
}
