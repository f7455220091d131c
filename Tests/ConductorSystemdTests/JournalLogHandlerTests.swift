import ConductorSystemd
import Logging
import Testing

@Suite struct JournalLogHandlerTests {
    @Test("The message stays constant; label, metadata and error become fields, in order of their names")
    func fields() throws {
        struct Broken: Error, CustomStringConvertible { let description = "broken\nPRIORITY=0" }
        let entry = try logged { logger in
            logger.log(
                level: .error, "Task failed", error: Broken(),
                metadata: ["task_id": "t-1", "agent.id": .stringConvertible(7), "list": ["a", ["y": "2", "x": "1"]]])
        }
        #expect(entry.message == "Task failed")
        #expect(entry.priority == .error)
        #expect(entry.messageID == nil)
        #expect(
            entry.fields == [
                JournalField("CONDUCTOR_LOGGER", "test"),
                JournalField("CONDUCTOR_AGENT_ID", "7"),
                JournalField("CONDUCTOR_LIST", "[a, {x: 1, y: 2}]"),
                JournalField("CONDUCTOR_TASK_ID", "t-1"),
                JournalField("CONDUCTOR_ERROR", "broken\nPRIORITY=0"),
            ])
    }

    @Test("The place of the call is the entry's place")
    func location() throws {
        let line: UInt = #line + 1
        let entry = try logged { logger in logger.info("x") }
        #expect(entry.location.file == #fileID)
        #expect(entry.location.line == line)
        #expect(entry.location.function == "location()")
    }

    @Test("A metadata message_id becomes the MESSAGE_ID; one that is none stays a field")
    func messageID() throws {
        let text = "8f0d3a5c6b1e4c279d52e07f41b8a693"
        let named = try logged { $0.info("x", metadata: ["message_id": "\(text)"]) }
        #expect(named.messageID == MessageID(text))
        #expect(named.fields.map(\.name) == ["CONDUCTOR_LOGGER"])
        let unnamed = try logged { $0.info("x", metadata: ["message_id": "none"]) }
        #expect(unnamed.messageID == nil)
        #expect(unnamed.fields.last == JournalField("CONDUCTOR_MESSAGE_ID", "none"))
    }

    @Test("Metadata of the call beat the provider's, and those the logger's")
    func precedence() throws {
        let provider = Logger.MetadataProvider { ["a": "provider", "b": "provider"] }
        let entry = try logged(provider: provider) { logger in
            var logger = logger
            for key in ["a", "b", "c"] { logger[metadataKey: key] = "logger" }
            logger.info("x", metadata: ["a": "call"])
        }
        #expect(entry.fields.dropFirst().map(\.value) == ["call", "provider", "logger"])
    }

    @Test("What is below the log level is not sent")
    func level() throws {
        let entry = try logged { logger in
            logger.debug("too fine")
            logger.notice("kept")
        }
        #expect(entry.message == "kept")
    }

    /// The one entry that `body` logs.
    private func logged(
        provider: Logger.MetadataProvider? = nil, _ body: (Logger) -> Void
    ) throws -> JournalEntry {
        let sink = RecordingSink()
        let log = try JournalLog(sink: sink)
        body(Logger(label: "test") { JournalLogHandler(label: $0, log: log, metadataProvider: provider) })
        #expect(log.close(timeout: .seconds(60)))
        try #require(sink.records.count == 1)
        return sink.records[0].entry
    }
}
