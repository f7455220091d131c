import ConductorJSON
import Testing

@Suite("Excerpts")
struct ExcerptTests {
    @Test("a text within the limit stays as it is")
    func short() {
        #expect("".excerpt() == "")
        #expect("a".excerpt(maximumBytes: 1) == "a")
        #expect(String(repeating: "x", count: 128).excerpt() == String(repeating: "x", count: 128))
    }

    @Test("a longer text is cut at the limit, between two characters of Unicode")
    func long() {
        #expect(String(repeating: "x", count: 129).excerpt() == String(repeating: "x", count: 128) + "…")
        #expect("aé€😀".excerpt(maximumBytes: 9) == "aé€…")
        #expect("aé€😀".excerpt(maximumBytes: 5) == "aé…")
        #expect("aé€😀"[...].excerpt(maximumBytes: 2) == "a…")
    }

    @Test("marks without end upon one letter are cut too")
    func combining() {
        #expect(("e" + String(repeating: "\u{301}", count: 1000)).excerpt(maximumBytes: 9).utf8.count == 12)
    }
}
