import Glibc
import Testing

@testable import ConductorSystemd

@Suite struct EncodedEntryTests {
    @Test("Message, priority, message id, place in the source and fields are one journal field each")
    func fields() {
        let entry = JournalEntry(
            "Task failed", priority: .error, messageID: MessageID(0xabc),
            fields: [JournalField("CONDUCTOR_TASK_ID", "t-1"), JournalField("CONDUCTOR_AGENT_ID", "")],
            file: "Engine/Tasks.swift", line: 12, function: "fail(_:)")
        #expect(
            vectors(of: entry) == [
                "MESSAGE=Task failed",
                "PRIORITY=3",
                "MESSAGE_ID=00000000000000000000000000000abc",
                "CODE_FILE=Engine/Tasks.swift",
                "CODE_LINE=12",
                "CODE_FUNC=fail(_:)",
                "CONDUCTOR_TASK_ID=t-1",
                "CONDUCTOR_AGENT_ID=",
            ])
    }

    @Test("An entry of no particular kind has no MESSAGE_ID field")
    func withoutMessageID() {
        #expect(!vectors(of: JournalEntry("x")).contains { $0.hasPrefix("MESSAGE_ID") })
    }

    @Test("A newline, a NUL or an equals sign in a value forges no field")
    func forgery() {
        let forged = "x\nPRIORITY=0\nCONDUCTOR_OWNER=root\0=\n"
        let entry = JournalEntry(forged, fields: [JournalField("CONDUCTOR_NAME", forged)])
        #expect(
            vectors(of: entry).filter { $0.contains("root") } == ["MESSAGE=\(forged)", "CONDUCTOR_NAME=\(forged)"])
        #expect(vectors(of: entry).filter { $0.hasPrefix("PRIORITY=") } == ["PRIORITY=6"])
    }

    /// What libsystemd would be given.
    private func vectors(of entry: JournalEntry) -> [String] {
        EncodedEntry(entry).withIOVectors { vectors in
            vectors.map { vector in
                String(decoding: UnsafeRawBufferPointer(start: vector.iov_base, count: vector.iov_len), as: UTF8.self)
            }
        }
    }
}
