import ConductorCommandLine
import ConductorJSON
import ConductorModel
import Testing

@Suite struct TextTests {
    @Test(
        "durations are short and exact enough",
        arguments: [
            (0.04, "0.0s"), (0.05, "0.1s"), (12, "12.0s"), (59.94, "59.9s"), (59.96, "1m00s"), (185, "3m05s"),
            (3599, "59m59s"), (7380, "2h03m"), (-1, "0.0s"),
        ])
    func durations(seconds: Double, text: String) {
        #expect(Duration(inSeconds: seconds).shown == text)
    }

    @Test("what could steer the terminal is replaced")
    func sanitized() {
        #expect(TerminalText.sanitized("a\u{1B}[2Jb\r\nc\td\u{202E}e") == "ab\u{FFFD} c d\u{FFFD}e")
        #expect(TerminalText.sanitized("Grüße 日本") == "Grüße 日本")
    }

    @Test(
        "sequences that steer a terminal are taken out whole",
        arguments: [
            ("\u{1B}[1;32mgreen\u{1B}[0m", "green"), ("\u{1B}]0;title\u{7}text", "text"),
            ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"), ("\u{1B}(Bx\u{1B}7y\u{1B}cz", "xyz"),
            ("\u{9B}31mred", "red"), ("\u{1B}[31", ""), ("\u{1B}[3é", "é"), ("a\u{1B}", "a"), ("[31m", "[31m"),
        ])
    func sequences(text: String, shown: String) {
        #expect(TerminalText.sanitized(text) == shown)
    }

    @Test("a report of several lines keeps them")
    func sanitizedLines() {
        #expect(TerminalText.sanitizedLines(of: "a\u{1B}[2J:\n  \u{9B}2Jb\n") == "a:\n  b\n")
    }

    @Test(
        "JSON is one line of the same value, without what could steer the terminal",
        arguments: [
            ("{\r\n\t\"a\": [\n1 ]}\n", "{\"a\": [1 ]}"), ("[\"\u{9B}2J\u{7F}\"]", #"["\u009b2J\u007f"]"#),
            ("[\"a\u{202E}b\u{E0001}\"]", #"["a\u202eb\udb40\udc01"]"#), (#"["\u001b日本\n"]"#, #"["\u001b日本\n"]"#),
        ])
    func jsonLine(json: String, shown: String) throws {
        #expect(TerminalText.line(json: json) == shown)
        #expect(try JSONText(parsing: shown).parsed().isEquivalent(to: JSONText(parsing: json).parsed()))
    }

    @Test("JSON for people keeps its lines")
    func jsonLines() {
        #expect(TerminalText.lines(json: "{\r\n \"a\": \"\u{9B}\"\n}") == "{\n \"a\": \"\\u009b\"\n}")
    }

    @Test("of a line that was written over, the last state stays")
    func lastState() {
        #expect(TerminalText.lastState(of: "10 %\r20 %\r30 %") == "30 %")
        #expect(TerminalText.lastState(of: "\r 10 %\r 20 %\r\n") == " 20 %")
        #expect(TerminalText.lastState(of: "plain") == "plain")
        #expect(TerminalText.lastState(of: "\r") == "")
    }

    @Test("widths are those of a terminal")
    func widths() {
        #expect(TerminalText.width("Grüße") == 5)
        #expect(TerminalText.width("日本") == 4)
        #expect(TerminalText.width("e\u{301}") == 1)
        #expect(TerminalText.width("✅🟢⚡") == 6)
        #expect(TerminalText.width("❤") == 1 && TerminalText.width("❤\u{FE0F}") == 2)
        #expect(TerminalText.width("\u{1112}\u{1161}\u{11AB}") == 2)
        // Some terminals draw the three as one.
        #expect(TerminalText.width("👨\u{200D}👩\u{200D}👧") == 6)
        #expect(TerminalText.fitted("日本語", 5) == "日本…")
        #expect(TerminalText.fitted("abc", 3) == "abc")
        #expect(TerminalText.fitted("abcd", 3) == "ab…")
        #expect(TerminalText.fitted("abc", 0) == "")
    }

    @Test("a table keeps to the width of the page, and its columns stand in line")
    func table() {
        var table = Table(["NAME", "STATUS", "WHAT"])
        table.add([Table.Cell("a"), Table.Cell("completed", .good), Table.Cell(String(repeating: "long ", count: 30))])
        table.add([Table.Cell("日本"), Table.Cell("failed"), ""])
        let lines = table.lines(on: Layout(width: 40))
        #expect(
            lines == [
                "NAME  STATUS     WHAT",
                "a     completed  long long long long lo…",
                "日本  failed",
            ])
    }

    @Test("on a terminal a long name gives way in its middle, and what stands behind it stays readable")
    func longNames() {
        var table = Table(["NAME", "STATUS"])
        let name = String(repeating: "x", count: 60)
        table.add([Table.Cell("a" + name + "z"), Table.Cell("completed")])
        let terminal = Layout(width: 50)
        #expect(table.lines(on: terminal)[1] == "a" + name.prefix(18) + "…" + name.prefix(18) + "z  completed")
        for width in 1...30 {
            #expect(table.lines(on: Layout(width: width)).allSatisfy { TerminalText.width($0) <= width })
        }
    }

    @Test("nothing is cut where no terminal is: a program may read it")
    func pipe() {
        var table = Table(["ID", "WHAT"])
        let id = String(repeating: "x", count: 60), text = String(repeating: "long ", count: 30) + "end"
        table.add([Table.Cell(id), Table.Cell(text)])
        #expect(table.lines(on: .plain)[1] == id + "  " + text)
    }

    @Test("colours need a terminal that has them and nobody who minds")
    func colours() {
        func colours(_ isTerminal: Bool, _ variables: [String: String]) -> Bool {
            Terminal.hasColours(isTerminal: isTerminal) { variables[$0] }
        }
        #expect(colours(true, ["TERM": "xterm"]))
        #expect(colours(true, ["TERM": "xterm", "NO_COLOR": ""]))
        #expect(!colours(true, ["TERM": "xterm", "NO_COLOR": "1"]))
        #expect(!colours(true, ["TERM": "dumb"]))
        #expect(!colours(false, ["TERM": "xterm"]))
    }
}
