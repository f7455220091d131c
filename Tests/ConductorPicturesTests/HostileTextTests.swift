import Testing

@testable import ConductorPictures

@Suite("Text that comes from anywhere")
struct HostileTextTests {
    static let texts = [
        "</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onfocus='alert(1)",
        "</style></title></svg>]]>--><!--", "&lt;b&gt; &amp; &#x202e;", "\u{202E}moc.live\u{2066}\u{200F}",
        "\u{1B}[31mred\u{07}\u{00}\u{7F}\u{9B}\u{FFFE}\u{FEFF}\u{2028}\u{E0041}", "javascript:alert(1)", "a\nb\tc\rd",
        "",
        String(repeating: "W漢字👩‍👩‍👧‍👦e\u{301}", count: 400), String(repeating: "\u{301}", count: 4000),
    ]

    @Test("stays text in a report, which is well-formed", arguments: texts.indices)
    func report(index: Int) {
        let text = Self.texts[index]
        let page = ReportPage(SampleRuns.hostile(text), program: text).html
        #expect(XMLChecker.problem(in: page) == nil)
        for forbidden in ["<script", "<img", "href=\"javascript", "onfocus='", "onerror=alert(1)>"] {
            let isThere = page.contains(forbidden)
            #expect(!isThere, "\(forbidden)")
        }
        #expect(page.utf8.count < 1_000_000)
    }

    @Test("stays text in a graph, which is well-formed", arguments: texts.indices)
    func graph(index: Int) {
        let text = Self.texts[index]
        let picture = GraphFormat.svg.text(of: WorkflowGraph(SampleRuns.hostile(text)))
        #expect(XMLChecker.problem(in: picture) == nil)
        #expect(!picture.contains("<script") && !picture.contains("<img"))
    }

    @Test("is shown as what it is where it could not be seen")
    func hidden() {
        var escaped = ""
        Escaping.append("a\u{202E}b\u{1B}[1m\u{00}c\u{200D}", to: &escaped, breaksLines: true)
        #expect(escaped == "a\u{FFFD}b\u{FFFD}[1m\u{FFFD}c\u{200D}")
    }

    @Test("keeps its lines in text, and none in an attribute")
    func lines() {
        var markup = Markup()
        markup.element("p", ["title": "a\nb\"'"], text: "a\nb\"'<&>")
        #expect(markup.text == "<p title=\"a b&quot;&#39;\">a\nb&quot;&#39;&lt;&amp;&gt;</p>")
    }

    @Test(
        "is well-formed only where it is",
        arguments: ["<a>", "<a></b>", "<a b=c/>", "<a b=\"<\"/>", "<a>&</a>", "<a/><b/>", "<a x=\"\" x=\"\"/>"])
    func checker(text: String) {
        #expect(XMLChecker.problem(in: text) != nil)
    }
}
