import ConductorModel
import Testing

@testable import ConductorPictures

@Suite("The report of a run")
struct ReportPageTests {
    private let page = ReportPage(SampleRuns.release, program: "conductorctl 0.1.0").html

    @Test("says what failed, why, and what it logged last")
    func failures() {
        #expect(page.contains("✗ failed</strong> in 1m36s"))
        #expect(page.contains("<code>TESTS_FAILED</code>"))
        #expect(page.contains("3 of 41 tests failed: test_login, test_logout, test_session_expires"))
        #expect(page.contains("FAILED tests/test_login.py::test_login - assert 401 == 200\n"))
        #expect(page.contains("429 Too Many Requests"))
    }

    @Test("has findings, gates, durations and tasks")
    func sections() {
        #expect(page.contains("↻ sent the run back to development: round 2"))
        #expect(page.contains("after development, round 2<small> 3 of 4 tasks of the phase succeeded; asked for 60 %"))
        #expect(page.contains("5.5 % longer than the median of 3 earlier runs, 1m31s."))
        #expect(page.contains("<td data-column=\"Waited\" class=\"number\">4.0s</td>"))
        #expect(page.contains("<td data-column=\"Output\" class=\"number\">4.6 KiB</td>"))
    }

    @Test("has the outputs, and why one is missing")
    func outputs() {
        #expect(page.contains("<dt><bdi>url</bdi></dt><dd><bdi>http://10.0.0.7:8080</bdi></dd>"))
        #expect(page.contains("missing</span><small> <bdi>task test has no output coverage</bdi></small>"))
    }

    @Test("needs nothing else, and lets nothing else in")
    func selfContained() {
        #expect(page.contains("content=\"default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;\""))
        let foreign = page.replacing("http://www.w3.org/2000/svg", with: "")
            .replacing("<bdi>http://10.0.0.7:8080</bdi>", with: "")
        #expect(!foreign.contains("http:") && !foreign.contains("https:") && !foreign.contains("url("))
        #expect(!foreign.contains("src=") && !foreign.contains("<script") && !foreign.contains("<link"))
    }

    @Test("leads from each bar and box to its task")
    func links() {
        let targets = page.matches(of: /href="#([^"]*)"/).map { String($0.1) }
        let anchors = Set(page.matches(of: #/ id="([^"]*)"/#).map { String($0.1) })
        #expect(targets.count > 13 + 6)
        #expect(Set(targets).isSubset(of: anchors))
    }

    @Test("is well-formed, and bounded also with long messages and logs", arguments: [0, 1, 60, 1000, 5000])
    func size(count: Int) {
        let page = ReportPage(SampleRuns.large(count), program: "conductorctl").html
        #expect(XMLChecker.problem(in: page) == nil)
        #expect(page.utf8.count < 2_000_000, "\(page.utf8.count) bytes")
        if count > 1000 { #expect(page.contains("\(count - 1000) further tasks are not shown.")) }
    }

    @Test("is of a run that has only just begun too")
    func begun() {
        var run = ReportedRun(
            id: "w", name: "w", state: .running, started: SampleRuns.begin, read: SampleRuns.at(-5))
        #expect(XMLChecker.problem(in: ReportPage(run, program: "").html) == nil)
        run.tasks = [ReportedTask(id: "a", name: "a", type: "test", phase: nil)]
        run.tasks[0].attempts = [ReportedAttempt(number: 1, agent: "a", outcome: .running)]
        let page = ReportPage(run, program: "").html
        #expect(XMLChecker.problem(in: page) == nil)
        #expect(page.contains("never runs: no phase"))
        #expect(!page.contains("Timeline"))
    }

    @Test("says where only the last attempt is known")
    func lastAttempt() {
        var run = SampleRuns.release
        let note = "Of tasks with several attempts only the last one is known."
        #expect(!ReportPage(run, program: "").html.contains(note))
        run.tasks[3].attempts.removeFirst(2)
        #expect(ReportPage(run, program: "").html.contains(note))
    }
}
