import ConductorJSON
import ConductorModel
import Testing

@Suite("A bus message")
struct BusMessageTests {
    @Test(
        "expires when it is as old as its ttl_seconds",
        arguments: [
            (Duration.seconds(5), Duration.milliseconds(4999), false), (.seconds(5), .seconds(5), true),
            (.zero, .zero, true), (.seconds(5), .seconds(-5), false),
        ])
    func expiry(timeToLive: Duration, age: Duration, isExpired: Bool) {
        var message = BusMessage(.control, from: "s")
        message.timestamp = noon
        message.timeToLive = timeToLive
        #expect(message.isExpired(at: noon + age) == isExpired)
    }

    @Test("without a ttl_seconds never expires")
    func lasting() {
        var message = BusMessage(.control, from: "s")
        message.timestamp = noon
        #expect(!message.isExpired(at: noon + .seconds(1_000_000_000)))
    }

    @Test("is read as it was written", arguments: BusMessage.MessageType.allCases)
    func roundTrip(type: BusMessage.MessageType) throws {
        var message = BusMessage(type, from: "s")
        #expect(
            message.jsonText.string == """
                {"message_type":"\(type.rawValue)","sender_id":"s","payload":{},"priority":"medium","metadata":{}}
                """)
        message.messageID = "m"
        message.recipientID = "r"
        message.payload = try JSONText(parsing: #"{ "x":1.50}"#)
        message.correlationID = "c"
        message.priority = .critical
        message.timestamp = noon
        message.timeToLive = .milliseconds(1500)
        #expect(
            message.jsonText.string == """
                {"message_id":"m","message_type":"\(type.rawValue)","sender_id":"s","recipient_id":"r",\
                "payload":{ "x":1.50},"correlation_id":"c","priority":"critical",\
                "timestamp":"2026-01-31T12:00:00.000001Z","ttl_seconds":1.5,"metadata":{}}
                """)
        #expect(try BusMessage(json: message.jsonText.parsed()).jsonText == message.jsonText)
    }
}
