import Testing

@testable import ConductorPictures

@Suite("A timeline")
struct TimelineTests {
    @Test("has a row for each agent, and no two bars on each other", arguments: [1, 40, 1000])
    func lanes(count: Int) {
        let timeline = Timeline(SampleRuns.large(count))
        #expect(timeline.agents.map(\.attempts).reduce(0, +) == count)
        for lane in timeline.agents.flatMap(\.lanes) {
            for (bar, next) in zip(lane, lane.dropFirst()) {
                #expect(bar.to <= next.waitedFrom && next.waitedFrom <= next.from)
            }
            #expect(lane.allSatisfy { 0 <= $0.from && $0.from <= $0.to && $0.to <= 1 })
        }
    }

    @Test("puts what an agent does at the same time below each other")
    func simultaneous() {
        var run = SampleRuns.release
        for index in run.tasks.indices {
            for attempt in run.tasks[index].attempts.indices { run.tasks[index].attempts[attempt].agent = "one" }
        }
        let timeline = Timeline(run)
        #expect(timeline.agents.map(\.name) == ["one"])
        #expect(timeline.agents[0].lanes.count == 2)
    }

    @Test("counts what waited for an agent")
    func waiting() {
        let timeline = Timeline(SampleRuns.release)
        #expect(timeline.waiting.map(\.count).max() == 2)
        #expect(timeline.waiting.last?.count == 0)
    }

    @Test("shows where rounds began")
    func rounds() {
        let timeline = Timeline(SampleRuns.release)
        #expect(timeline.rounds.map(\.number) == [2])
        #expect(timeline.rounds.first.map { abs($0.at - 52.0 / 96) < 0.001 } == true)
    }

    @Test(
        "has a few ticks at round times",
        arguments: [(0.001, "1 ms"), (3, "1s"), (96, "30s"), (600, "5m00s"), (7200, "30m00s"), (2_000_000, "7d00h")])
    func ticks(seconds: Double, first: String) {
        var run = ReportedRun(
            id: "w", name: "w", state: .succeeded, started: SampleRuns.begin, read: SampleRuns.begin)
        run.ended = SampleRuns.at(seconds)
        let ticks = Timeline(run).ticks
        #expect((2...6).contains(ticks.count))
        #expect(ticks[0].label == "0" && ticks[1].label == first)
        #expect(ticks.allSatisfy { (0...1).contains($0.at) })
    }
}
