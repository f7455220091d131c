import ConductorModel
import ConductorPictures
import Foundation
import Testing

@testable import ConductorWebPages

@Suite("Pages of conductor-web")
struct WebPageTests {
    private static let texts = [
        "</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)",
        "../../agents?x#y",
        "\u{202E}a\u{1B}[31m\u{00}",
    ]

    private func overview(_ text: String) -> Overview {
        let time = Timestamp(microseconds: 1_700_000_000_000_000)
        let mark = RunState.held.mark
        var overview = Overview(read: time)
        overview.needs = [.init(mark, text, run: text), .init(mark, text)]
        overview.runs = [
            .init(
                id: text, name: text, state: .failed, started: time, duration: nil, succeeded: 1, failed: 1, total: 2)
        ]
        overview.agents = [
            .init(id: text, type: text, mark: mark, running: 0, capacity: 1, completed: 2, failed: 0, seen: time)
        ]
        overview.queue = [.init(task: text, type: text, reason: text, created: time)]
        overview.letters = [.init(task: text, agent: text, code: text, message: text, time: time)]
        return overview
    }

    @Test("show hostile texts as text, and have no script but their own file", arguments: texts.indices)
    func hostile(index: Int) {
        let overview = overview(Self.texts[index])
        let run = ReportedRun(
            id: Self.texts[index], name: Self.texts[index], state: .running, started: overview.read,
            read: overview.read)
        for page in [WebPage.overview(overview), .agents(overview), .report(run, program: "test")] {
            let html = page.html
            #expect(html.components(separatedBy: "<script").count == 2)
            for forbidden in ["<img", "href=\"javascript", "<style", "style=\"", "onerror=alert(1)>"] {
                let isThere = html.contains(forbidden)
                #expect(!isThere, "\(forbidden)")
            }
        }
    }

    @Test("lead to each run, whatever its id holds", arguments: texts.indices)
    func links(index: Int) {
        #expect(WebPath(WebPath.run(Self.texts[index])) == .report(id: Self.texts[index]))
    }

    @Test("are at no other path", arguments: ["", "/x", "/runs/", "/runs/%", "/runs/%FF", "//", "/agents/"])
    func paths(path: String) {
        #expect(WebPath(path) == nil)
    }

    @Test("say how many rows are left out")
    func bounded() {
        var overview = overview("a")
        overview.runs = Array(repeating: overview.runs[0], count: 1000)
        #expect(WebPage.overview(overview).html.contains("800 further ones are not shown."))
    }
}
