import ConductorModel

@testable import ConductorPictures

/// Runs to be drawn.
enum SampleRuns {
    static let begin = Timestamp("2026-01-31T12:00:00Z") ?? Timestamp(microseconds: 0)

    static func at(_ seconds: Double) -> Timestamp { begin + Duration(inSeconds: seconds) }

    /// Two rounds over three phases, with a retry, a failure, waits and findings: one of everything.
    static var release: ReportedRun {
        var run = ReportedRun(id: "release-41", name: "release", state: .failed, started: begin, read: at(100))
        run.ended = at(96)
        run.rounds = 2
        run.phases = ["development", "devops", "monitoring"]
        run.requiredSuccessRate = 0.6
        run.feedbackLimit = 2
        run.tasks = [
            task("code", "Write the service", "coding", "development", [], [(0, 0.4, 18, nil), (52, 52.2, 66, nil)]),
            task(
                "review", "Read it over", "review", "development", ["code"], [(18, 18.1, 25, nil), (66, 66.1, 71, nil)]),
            task(
                "data", "Make requests", "test_data", "development", ["code"],
                [(18, 18.2, 22, nil), (66, 66.2, 69, nil)]),
            task(
                "test", "Send them", "test", "development", ["data", "code"],
                [(22, 24, 27, "TRANSIENT_ERROR"), (27, 28, 34, nil), (69, 70, 78, "TESTS_FAILED")]),
            task(
                "deploy", "Bring it into operation", "deploying", "devops", ["review"],
                [(34, 34.3, 42, nil), (78, 78.2, 86, nil)]),
            task("watch", "Watch it", "monitor", "monitoring", ["deploy"], [(42, 42.1, 52, nil), (86, 86.1, 96, nil)]),
        ]
        run.tasks[3].state = .failed
        run.tasks[3].errorCode = "TESTS_FAILED"
        run.tasks[3].errorMessage = "3 of 41 tests failed: test_login, test_logout, test_session_expires"
        run.tasks[3].logTail = [
            "collected 41 items", "", "FAILED tests/test_login.py::test_login - assert 401 == 200",
            "FAILED tests/test_login.py::test_logout - assert 401 == 204", "3 failed, 38 passed in 7.81s",
        ]
        run.phaseRuns = [
            phase("development", 1, 0, 34, .succeeded), phase("devops", 1, 34, 42, .succeeded),
            phase("monitoring", 1, 42, 52, .succeeded), phase("development", 2, 52, 78, .failed),
            phase("devops", 2, 78, 86, .succeeded), phase("monitoring", 2, 86, 96, .succeeded),
        ]
        run.gates = [
            gate("development", 1, .passed, 4, 0), gate("devops", 1, .passed, 1, 0),
            gate("development", 2, .passed, 3, 1), gate("devops", 2, .passed, 1, 0),
        ]
        run.findings = [finding(1, .error, "p99 of /users is 2.3 s, limit 0.5 s", "add an index on users.email")]
        run.findings[0].beganRound = true
        run.feedbackTaken = 1
        run.outputs = [
            ReportedOutput(name: "url", content: .value("http://10.0.0.7:8080")),
            ReportedOutput(name: "coverage", content: .missing("task test has no output coverage")),
        ]
        run.findings.append(finding(2, .warning, "memory grows by 1 MiB/min", "watch it for a day"))
        run.earlier = [(91, RunState.succeeded), (84, .succeeded), (140, .failed), (12, .cancelled)].enumerated()
            .map { index, run in
                EarlierRun(
                    id: "release-\(40 - index)", started: at(-86_400 * Double(index + 1)),
                    duration: Duration(inSeconds: run.0), state: run.1)
            }
        return run
    }

    /// `count` tasks on some agents, some failed with long messages and logs.
    static func large(_ count: Int) -> ReportedRun {
        let words = "assertion failed: expected <html> & \"quotes\" "
        var run = ReportedRun(id: "matrix", name: "matrix-\(count)", state: .failed, started: begin, read: at(400))
        run.ended = at(400)
        run.phases = ["development", "devops", "monitoring"]
        run.tasks = (0..<count).map { index in
            let start = Double(index / 16) * 5
            let isFailed = index % 5 == 3
            var task = task(
                "unit-\(index)", "Unit \(index) of the matrix", "test", "development",
                index < 16 ? [] : ["unit-\(index - 16)"],
                [(max(0, start - 2), start, start + 3 + Double(index % 7) / 4, isFailed ? "TESTS_FAILED" : nil)],
                agent: "tester-\(index % 16)")
            if isFailed {
                task.state = .failed
                task.errorCode = "TESTS_FAILED"
                task.errorMessage = String(repeating: words, count: 1000)
                task.logTail = Array(repeating: String(repeating: words, count: 100), count: 500)
            }
            return task
        }
        run.phaseRuns = [phase("development", 1, 0, 400, .failed)]
        return run
    }

    /// Each text that comes from outside is `text`.
    static func hostile(_ text: String) -> ReportedRun {
        var run = release
        run.id = text
        run.name = text
        run.phases = [text, "devops", "monitoring"]
        for index in run.tasks.indices {
            run.tasks[index].id = text
            run.tasks[index].name = text
            run.tasks[index].type = text
            run.tasks[index].phase = index < 4 ? text : run.tasks[index].phase
            run.tasks[index].dependsOn = [text, "code"]
            run.tasks[index].errorCode = text
            run.tasks[index].errorMessage = text
            run.tasks[index].waitingFor = text
            run.tasks[index].logTail = [text, text]
            for attempt in run.tasks[index].attempts.indices {
                run.tasks[index].attempts[attempt].agent = text
                run.tasks[index].attempts[attempt].errorCode = text
                run.tasks[index].attempts[attempt].errorMessage = text
            }
        }
        run.tasks[0].state = .waiting
        for index in run.phaseRuns.indices { run.phaseRuns[index].phase = text }
        for index in run.gates.indices { run.gates[index].phase = text }
        run.findings = [finding(1, .critical, text, text)]
        run.findings[0].source = text
        run.errors = [
            ReportedError(round: 1, task: text + " ", code: text, message: text),
            ReportedError(round: 1, task: nil, code: text, message: text),
        ]
        run.earlier[0].id = text
        run.outputs = [
            ReportedOutput(name: text, content: .value(text)), ReportedOutput(name: text, content: .missing(text)),
        ]
        return run
    }

    private static func task(
        _ id: String, _ name: String, _ type: String, _ phase: String, _ needs: [String],
        _ attempts: [(due: Double, from: Double, to: Double, error: String?)], agent: String? = nil
    ) -> ReportedTask {
        var task = ReportedTask(id: id, name: name, type: type, phase: phase)
        task.dependsOn = needs
        task.state = .succeeded
        task.attemptCount = attempts.count
        task.outputBytes = 200 + name.utf8.count * 512
        task.attempts = attempts.enumerated().map { index, times in
            var attempt = ReportedAttempt(
                number: index + 1, agent: agent ?? "\(type)-1", outcome: times.error == nil ? .succeeded : .failed)
            attempt.round = times.from > 52 || times.from == 52.2 ? 2 : 1
            attempt.due = at(times.due)
            attempt.started = at(times.from)
            attempt.ended = at(times.to)
            attempt.errorCode = times.error
            attempt.errorMessage = times.error.map {
                $0 == "TRANSIENT_ERROR" ? "429 Too Many Requests" : "3 of 41 tests failed"
            }
            return attempt
        }
        return task
    }

    private static func phase(
        _ name: String, _ round: Int, _ from: Double, _ to: Double, _ state: TaskState
    ) -> ReportedPhaseRun {
        ReportedPhaseRun(phase: name, round: round, started: at(from), ended: at(to), state: state)
    }

    private static func gate(
        _ phase: String, _ round: Int, _ decision: ReportedGate.Decision, _ succeeded: Int, _ failed: Int
    ) -> ReportedGate {
        ReportedGate(phase: phase, round: round, decision: decision, succeeded: succeeded, failed: failed)
    }

    private static func finding(
        _ round: Int, _ severity: FindingSeverity, _ text: String, _ advice: String
    ) -> ReportedFinding {
        var finding = ReportedFinding(round: round, severity: severity, source: "watch", findings: [text])
        finding.recommendations = [advice]
        return finding
    }
}
