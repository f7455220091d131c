import Testing

@testable import ConductorCommandLine
@testable import conductorctl

@Suite("What shells complete")
struct SuggestionTests {
    @Test("a word that a shell could take for more than a word is not offered")
    func plain() {
        for word in ["$(touch x)", "`id`", "a b", "a;b", "a'b", "", "\u{E9}", "a\nb", "*", "~root"] {
            #expect(Suggestion(word) == nil, "\(word)")
        }
        #expect(Suggestion("release#41")?.word == "release#41")
        #expect(Suggestion("7f3a/unit-1.2:x")?.word == "7f3a/unit-1.2:x")
    }

    @Test("bash gets words, zsh and fish what stands behind them too")
    func shells() throws {
        let suggestion = try #require(Suggestion("a:b", "release#41,\nheld\u{1B}[2J"))
        #expect(suggestion.line(for: "bash") == "a:b")
        #expect(suggestion.line(for: nil) == "a:b")
        #expect(suggestion.line(for: "zsh").hasPrefix("a\\:b:release#41,"))
        #expect(suggestion.line(for: "fish").hasPrefix("a:b\trelease#41,"))
        for shell in ["zsh", "fish"] {
            #expect(!suggestion.line(for: shell).contains { $0 == "\n" || $0 == "\u{1B}" })
        }
    }

    @Test("the daemon is the one that the command line names")
    func daemon() {
        #expect(CompletedLine(["conductorctl", "--socket", "'/tmp/a b'", "show"]).daemon.path == "/tmp/a b")
        #expect(CompletedLine(["conductorctl", "show", "--socket=/x", "--daemon-uid", "7"]).daemon.path == "/x")
        #expect(CompletedLine(["conductorctl", "show", "--socket=/x", "--daemon-uid", "7"]).daemon.uid == 7)
    }
}
