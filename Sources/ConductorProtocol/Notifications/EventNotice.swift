import ConductorJSON

/// An event on its way to a subscription.
struct EventNotice<Event> {
    let subscription: String
    let event: Event
    /// Live events before it that found no room.
    let leftOut: Int
}

extension EventNotice: JSONWritable where Event: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("subscription", subscription)
            writer.member("event", event)
            if leftOut > 0 { writer.member("left_out", leftOut) }
        }
    }
}

extension EventNotice: JSONReadable where Event: JSONReadable {
    init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        subscription = try fields.required("subscription")
        event = try fields.required("event")
        leftOut = try fields.value("left_out", default: 0)
    }
}
