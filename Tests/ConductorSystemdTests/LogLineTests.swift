import Testing

@testable import ConductorSystemd

@Suite struct LogLineTests {
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

    @Test(
        "Times are RFC 3339 in UTC with six decimals",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_007, "2000-02-29T00:00:00.000007Z"),
        ])
    func times(microseconds: Int64, shown: String) {
        #expect(WallTime(microseconds: microseconds).description == shown)
    }

    private func text(_ entry: JournalEntry) -> String {
        let time = WallTime(microseconds: 1_795_359_845_123_456)
        return String(decoding: LogLine(LogRecord(entry: entry, time: time)).bytes, as: UTF8.self)
    }
}
