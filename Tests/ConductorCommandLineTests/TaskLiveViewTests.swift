import ConductorCommandLine
import ConductorModel
import ConductorProtocol
import Testing

@Suite("The live view of a task")
struct TaskLiveViewTests {
    private let id: TaskID
    private let start = LiveSample.start

    init() throws {
        id = try #require(TaskID("review"))
    }

    private func lines(_ progress: RunProgress, _ screen: LiveScreen = LiveScreen(), columns: Int = 60) -> [String] {
        TaskLiveView(id, style: .none, symbols: .unicode).lines(
            progress, now: LiveSample.now, on: screen, in: Terminal.Size(columns: columns, rows: 8))
    }

    private func progress(_ events: [RunEvent.TaskEvent]) -> RunProgress {
        var progress = RunProgress()
        progress.learn(RunPlan(), name: "Review it")
        for event in events { progress.fold(.task(id, event), at: start) }
        return progress
    }

    @Test("says what it waits for")
    func waiting() {
        var progress = progress([.queued(reason: nil)])
        progress.learn([RunWait("review is full (1/1)", count: 1)])
        let lines = lines(progress)
        #expect(lines[0].hasPrefix("⧗ review  Review it") && lines[0].hasSuffix("0:42"))
        #expect(lines[1] == "  waiting: review is full (1/1)")
    }

    @Test("shows what its agent says and logs, and the attempts that failed")
    func running() {
        let progress = progress([
            .started(agent: AgentID("reviewer")),
            .retrying(code: "TRANSIENT_ERROR", message: "429", retry: 1, delay: .seconds(1)),
            .started(agent: AgentID("reviewer")), .log(line: "reading a.py"),
            .progress(percent: 50, message: "half of it"),
        ])
        let lines = lines(progress)
        #expect(lines[0].hasPrefix("▶ review  Review it") && lines[0].hasSuffix("reviewer   attempt 2   0:42"))
        #expect(lines[1] == "  ███████░░░░░░░ 50%  half of it")
        #expect(lines[2] == "  │ reading a.py")
        #expect(lines[3] == "  ✗ attempt 1  TRANSIENT_ERROR 429")
        for columns in [1, 10, 20, 40] {
            for line in self.lines(progress, columns: columns) { #expect(TerminalText.width(line) < columns) }
        }
    }

    @Test("is gone once it has ended")
    func ended() {
        let ending = RunEvent.TaskEnding(status: .completed, agent: nil, duration: .seconds(1))
        #expect(lines(progress([.started(agent: nil), .ended(ending)])).isEmpty)
    }
}

@Suite("The last word on a task")
struct TaskVerdictTests {
    @Test("of one that failed says why, shows the end of its log, and what to type next")
    func failed() throws {
        let sample = try WorkflowSample(results: WorkflowSample.failedTask, failed: 1).details()
        let key = TaskKey(workflowID: WorkflowID("w"), taskID: try #require(TaskID("t")))
        let verdict = TaskVerdict(key, sample.state.taskResults[0], log: ["one", "two"])
        #expect(
            verdict.lines(on: Layout(width: 60, symbols: .unicode)) == [
                "✗ w/t failed by a in 1.0s, attempt 2", "  COMMAND_FAILED  exited with 1: boom", "  │ one", "  │ two",
                "  next     conductorctl logs w/t · conductorctl show w/t",
            ])
    }
}
