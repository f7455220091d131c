import ConductorModel
import Testing

@testable import ConductorSystemd

@Suite struct LogLinesTests {
    @Test("A line has time, priority, message and the fields without our prefix")
    func readable() {
        let line = text(
            JournalEntry(
                "Task failed", priority: .warning,
                fields: [
                    JournalField("CONDUCTOR_TASK_ID", "t-1"),
                    JournalField("CONDUCTOR_REASON", "out of memory"),
                    JournalField("CONDUCTOR_NOTE", ""),
                    JournalField("UNIT", "a"),
                ]))
        #expect(
            line == """
                2026-11-22T15:04:05.123456Z warning Task failed task_id=t-1 reason="out of memory" note="" UNIT=a

                """)
    }

    @Test(
        "Nothing in a message or a value ends the line or reaches the terminal as a command",
        arguments: [
            ("a\nb", #"a\nb"#), ("a\r\nb", #"a\r\nb"#), ("a\tb", #"a\tb"#), (#"a\nb"#, #"a\\nb"#),
            ("\u{1b}[2J", #"\u{1b}[2J"#), ("\u{9b}2J", #"\u{9b}2J"#), ("a\0b", #"a\u{0}b"#),
            ("a\u{2028}b", #"a\u{2028}b"#), ("a\u{202e}b", #"a\u{202e}b"#), ("é€😀", "é€😀"),
        ])
    func escaped(raw: String, shown: String) {
        let line = text(JournalEntry(raw, fields: [JournalField("CONDUCTOR_VALUE", raw)]))
        #expect(line == "2026-11-22T15:04:05.123456Z info \(shown) value=\(shown)\n")
    }

    @Test("A quote inside a quoted value does not end it")
    func quotes() {
        let line = text(JournalEntry("m", fields: [JournalField("CONDUCTOR_VALUE", #"x" task_id="y"#)]))
        #expect(line.hasSuffix(#" m value="x\" task_id=\"y""# + "\n"))
    }

    private func text(_ entry: JournalEntry) -> String {
        var lines = LogLines()
        lines.append(LogRecord(entry, time: Timestamp(microseconds: 1_795_359_845_123_456)))
        return String(decoding: lines.bytes, as: UTF8.self)
    }
}
