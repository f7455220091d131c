import Testing

@testable import ConductorPictures

/// Pages as they are written, in a real browser.
@Suite(
    "A report in a browser", .enabled(if: Browser.isInstalled, "Debian's package chromium is not installed."),
    .serialized, .timeLimit(.minutes(5)))
struct BrowserTests {
    private func problems(_ run: ReportedRun, _ width: Int) async throws -> [String] {
        try await Browser.problems(of: ReportPage(run, program: "conductorctl").html, width: width)
    }

    @Test("has no script, no overflow and no text on other text", arguments: [400, 1400])
    func release(width: Int) async throws {
        #expect(try await problems(SampleRuns.release, width) == [])
    }

    @Test("is as tidy with 1,000 tasks", arguments: [400, 1400])
    func large(width: Int) async throws {
        #expect(try await problems(SampleRuns.large(1000), width) == [])
    }

    @Test(
        "is as tidy with hostile and long texts", arguments: [400, 1400],
        [HostileTextTests.texts[0] + HostileTextTests.texts[1], String(repeating: "W漢字", count: 200)])
    func hostile(width: Int, text: String) async throws {
        #expect(try await problems(SampleRuns.hostile(text), width) == [])
    }

    @Test("would be told to be untidy", arguments: [400])
    func untidy(width: Int) async throws {
        let page = """
            <!DOCTYPE html><html><head><title>x</title></head><body style="margin:0"><p style="width:900px">wide</p>\
            <p style="position:absolute;top:0">one</p><p style="position:absolute;top:4px">other</p></body></html>
            """
        let problems = try await Browser.problems(of: page, width: width)
        #expect(problems.contains("it is 900 pixels wide"))
        #expect(problems.contains("on each other: one | other"))
    }
}
