import ConductorModel
import ConductorProtocol

/// The runs of one name: how they ended, how long they took, and which tasks were slow or failed.
package struct RunHistory: Sendable {
    private static let listedTasks = 5

    private struct Course {
        var durations: [Duration] = []
        var failures = 0
    }

    private let runs: [WorkflowListEntry]
    private let courses: [TaskID: Course]

    /// - Parameters:
    ///   - runs: The newest first.
    ///   - details: Of those that were asked for.
    package init(_ runs: [WorkflowListEntry], _ details: [WorkflowDetails]) {
        self.runs = runs
        var courses: [TaskID: Course] = [:]
        for result in details.flatMap(\.state.taskResults) where result.attempt > 0 {
            courses[result.taskID, default: Course()].durations.append(result.duration)
            if result.status == .failed { courses[result.taskID]?.failures += 1 }
        }
        self.courses = courses
    }

    package func lines(on page: Layout, at now: Timestamp) -> [String] {
        [summary] + [""] + Table.workflows(runs, at: now, isWide: page.width == nil).lines(on: page)
            + section("SLOWEST TASKS", slowest, "MEDIAN", page) + section("FAILING TASKS", failing, "FAILED", page)
    }

    private var summary: String {
        let ended = runs.filter { Verdict($0).hasEnded }
        let succeeded = ended.count { Verdict($0) == .succeeded }
        let median = Self.median(ended.compactMap(\.duration)).map { ", median \($0.shown)" } ?? ""
        return "\(runs.count.counted("run")), \(succeeded) of \(ended.count) succeeded\(median)"
    }

    private var slowest: [(TaskID, String)] {
        let medians = courses.compactMap { id, course in Self.median(course.durations).map { (id, $0) } }
        return medians.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(Self.listedTasks).map { ($0, $1.shown) }
    }

    private var failing: [(TaskID, String)] {
        let failed = courses.filter { $0.value.failures > 0 }
        return failed.sorted { ($1.value.failures, $0.key) < ($0.value.failures, $1.key) }
            .prefix(Self.listedTasks).map { ($0.key, "\($0.value.failures) of \($0.value.durations.count)") }
    }

    private func section(_ title: String, _ rows: [(TaskID, String)], _ heading: String, _ page: Layout) -> [String] {
        guard !rows.isEmpty else { return [] }
        var table = Table([title, heading])
        for (id, value) in rows { table.add([Table.Cell(id.description), Table.Cell(value)]) }
        return [""] + table.lines(on: page)
    }

    /// The lower of the middle ones; nil of none.
    private static func median(_ durations: [Duration]) -> Duration? {
        durations.isEmpty ? nil : durations.sorted()[(durations.count - 1) / 2]
    }
}
