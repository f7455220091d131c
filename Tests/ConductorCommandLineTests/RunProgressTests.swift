import ConductorClient
import ConductorCommandLine
import ConductorModel
import ConductorProtocol
import Testing

@Suite struct RunProgressTests {
    private func progress(after count: Int) throws -> RunProgress {
        RunProgress(try RunLog.events("trouble").prefix(count))
    }

    private func state(_ task: String, after count: Int) throws -> RunProgress.TaskRow.State? {
        try progress(after: count).task(try #require(TaskID(task)))?.state
    }

    @Test("a run takes its name and its number of tasks from its first event")
    func beginning() throws {
        #expect(RunProgress().stage == .submitted)
        let progress = try progress(after: 1)
        #expect(progress.name == "release")
        #expect(progress.taskCount == 4)
        #expect(progress.stage == .running)
        #expect(progress.startedAt == Timestamp("2026-01-31T12:00:00Z"))
    }

    @Test("a task is queued, runs, is tried again and ends")
    func task() throws {
        #expect(try state("compile", after: 3) == .queued)
        let since = try #require(Timestamp("2026-01-31T12:00:01Z"))
        var note = RunProgress.TaskRow.Note()
        #expect(try state("compile", after: 4) == .running(agent: AgentID("coder"), since: since, note: note))
        note.text = "\u{1B}[31mcompiling\u{1B}[0m a.c"
        note.logged = note.text
        note.percent = 40
        #expect(try state("compile", after: 6) == .running(agent: AgentID("coder"), since: since, note: note))
        let until = try #require(Timestamp("2026-01-31T12:00:04.04Z"))
        #expect(try state("compile", after: 7) == .retrying(reason: "TRANSIENT_ERROR", until: until))
        #expect(try progress(after: 8).task(try #require(TaskID("compile")))?.retries == 1)
        guard case .ended(let ending) = try state("compile", after: 12) else {
            Issue.record("it has not ended")
            return
        }
        #expect(ending.status == .failed)
        #expect(ending.errorCode == "COMMAND_FAILED")
        #expect(ending.duration == .seconds(65))
    }

    @Test("what is said of a task after its end changes nothing")
    func lateRemark() throws {
        var progress = try progress(after: 12)
        let before = progress.tasks
        let late = #"{"timestamp":"2026-01-31T12:02:00Z","kind":"task.log","task_id":"compile","data":{"line":"x"}}"#
        progress.fold(try #require(RunEvent(try RunLog.event(late))), at: Timestamp(microseconds: 0))
        #expect(progress.tasks == before)
    }

    @Test("a run is paused, resumed, held at a gate, let through and ended")
    func stages() throws {
        #expect(try progress(after: 15).stage == .paused)
        #expect(try progress(after: 16).stage == .running)
        guard case .heldAtGate(.development?, _, _) = try progress(after: 20).stage else {
            Issue.record("it is not held")
            return
        }
        #expect(try progress(after: 21).stage == .running)
        guard case .ended(let ending) = try progress(after: 100).stage else {
            Issue.record("it has not ended")
            return
        }
        #expect(ending.status == .cancelled)
        #expect(ending.failed == 1)
    }

    @Test("phases stand in the order they were entered, skipped ones too")
    func phases() throws {
        let phases = try progress(after: 100).phases
        #expect(phases.map(\.phase) == [.development, .devops, .monitoring])
        #expect(phases.map(\.state) == [.ended(.completed), .ended(.skipped), .running])
    }

    @Test("a feedback loop enters the phases anew, and its tasks end anew")
    func loop() throws {
        let events = try RunLog.events("user-service")
        let progress = RunProgress(events)
        #expect(progress.feedbackLoops == 1)
        #expect(progress.phases.map(\.iteration) == [0, 0, 0, 1, 1, 1])
        #expect(progress.tasks.count == 7)
        #expect(progress.endedCount == 7)
        let second = try #require(events.firstIndex { $0.kind == "feedback.started" })
        let restarted = try #require(events[second...].firstIndex { $0.kind == "task.started" })
        #expect(RunProgress(events[...restarted]).endedCount == 0)
        #expect(RunProgress(events[second...]).taskCount == 7)
    }

    @Test("kinds that a newer daemon may have are passed over")
    func unknown() throws {
        let event = try RunLog.event(
            #"{"sequence":1,"timestamp":"2026-01-31T12:00:00Z","kind":"comet.sighted","data":{}}"#)
        #expect(RunEvent(event) == nil)
    }
}
