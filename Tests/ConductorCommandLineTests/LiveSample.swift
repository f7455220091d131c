import ConductorClient
import ConductorCommandLine
import ConductorModel
import Testing

/// A run of 60 tasks: 22 succeeded, 3 failed, one retries, 16 run, 18 wait.
enum LiveSample {
    static let start = Timestamp(microseconds: 1_000_000_000)
    static let now = start + .seconds(42)

    static func progress() throws -> RunProgress {
        var progress = RunProgress()
        var plan = RunPlan()
        plan.number = 41
        plan.phases = [.development, .devops, .monitoring]
        plan.mostRounds = 3
        plan.mostAttempts = [try id(26): 3]
        progress.learn(plan)
        for event in try events { progress.fold(event, at: start) }
        progress.learn([
            RunWait("test is full (16/16)", count: 12), RunWait("phase devops has not begun", count: 6),
        ])
        return progress
    }

    private static var events: [RunEvent] {
        get throws {
            var events: [RunEvent] = [
                .workflowStarted(name: "release", taskCount: 60, iteration: 0),
                .phaseStarted(.development, iteration: 0, taskCount: 54),
            ]
            for number in 1...42 { events.append(.task(try id(number), .started(agent: AgentID("tester")))) }
            for number in 1...22 { events.append(.task(try id(number), ended(.completed))) }
            for number in 23...25 { events.append(.task(try id(number), ended(.failed))) }
            events.append(
                .task(
                    try id(26),
                    .retrying(code: "TRANSIENT_ERROR", message: "429 Too Many Requests", retry: 1, delay: .seconds(43)))
            )
            for number in 27...42 {
                let message = number % 2 == 0 ? "step \(number) of 50" : "データを読み込む 🚀 step \(number)"
                events.append(.task(try id(number), .progress(percent: Double(number * 2), message: message)))
            }
            return events
        }
    }

    static func id(_ number: Int) throws -> TaskID {
        try #require(TaskID("unit-" + (number < 10 ? "0" : "") + "\(number)"))
    }

    private static func ended(_ status: TaskStatus) -> RunEvent.TaskEvent {
        let isFailure = status == .failed
        return .ended(
            RunEvent.TaskEnding(
                status: status, agent: AgentID("tester"), duration: .seconds(3),
                errorCode: isFailure ? "TESTS_FAILED" : nil,
                errorMessage: isFailure ? "3 of 41 tests failed: test_login, test_logout, test_names" : nil))
    }
}
