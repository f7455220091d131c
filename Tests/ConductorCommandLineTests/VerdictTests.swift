import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("What people read of a workflow")
struct VerdictTests {
    private func entry(_ members: String) throws -> WorkflowListEntry {
        let text = """
            {"workflow_id":"w","name":"n","feedback_count":0,"started_at":"2026-01-01T00:00:00Z","failed_task_count":0,\
            "completed_task_count":2,"paused":false,"held_at_gate":false,\(members)}
            """
        return try WorkflowListEntry(json: JSONText(parsing: text).parsed())
    }

    @Test(
        "is one word for how it stands",
        arguments: [
            (#""status":"completed","task_count":2"#, Verdict.succeeded),
            (#""status":"completed","task_count":3"#, .failed),
            (#""status":"completed""#, .succeeded),
            (#""status":"failed""#, .failed),
            (#""status":"cancelled""#, .cancelled),
            (#""status":"in_progress""#, .running),
            (#""status":"of_a_newer_daemon""#, .running),
        ])
    func words(members: String, verdict: Verdict) throws {
        #expect(Verdict(try entry(members)) == verdict)
    }

    @Test("ids that a machine made are short, and those that a person chose are whole")
    func ids() throws {
        func short(_ text: String) throws -> String { try #require(WorkflowID(text)).shortened }
        #expect(try short("7f3a0001-0000-4000-8000-00000000000a") == "7f3a0001")
        #expect(try short("7f3a0001-0000-4000-8000-00000000000g") == "7f3a0001-0000-4000-8000-00000000000g")
        #expect(try short("release-of-the-whole-thing-2026-11-26") == "release-of-the-whole-thing-2026-11-26")
    }

    @Test("ages are in the largest unit that they have one of")
    func ages() {
        let ages = [0, 59, 60, 3599, 3600, 86_399, 86_400, 900_000].map { Duration.seconds($0).age }
        #expect(ages == ["0s", "59s", "1m", "59m", "1h", "23h", "1d", "10d"])
    }

    @Test("signs are letters where the locale has no UTF-8")
    func symbols() {
        func suited(_ environment: [String: String]) -> Symbols { Symbols.suited { environment[$0] } }
        #expect(suited(["LANG": "de_DE.UTF-8"]) == .unicode && suited(["LC_CTYPE": "C.utf8"]) == .unicode)
        #expect(suited([:]) == .ascii && suited(["LANG": "C.UTF-8", "LC_ALL": "C"]) == .ascii)
    }
}
