import Testing

@testable import ConductorBench

@Suite("The report")
struct ReportTests {
    private func sample(_ subject: Subject, round: Int, seconds: Double, p50: Double) -> Sample {
        Sample(
            round: round, subject: subject, workload: "w", units: 100, tasks: 100, seconds: seconds, p50: p50,
            p99: 2 * p50, serverCPU: 0.01, clientCPU: 0.02, stolen: 0, load: 1, flushes: 2, residentBytes: 0,
            counts: nil)
    }

    private func row(_ shape: Workload.Shape, _ samples: [Sample]) throws -> Report.Row {
        try #require(Report.Row(Workload("w", shape), .durable, samples, []))
    }

    /// The machine is twice as slow in the second round, and ten times in the third.
    private var drifting: [Sample] {
        [1.0, 2, 10].enumerated().flatMap { round, slowness in
            [
                sample(.flushingFloor, round: round, seconds: slowness, p50: 100 * slowness),
                sample(.durable, round: round, seconds: 4 * slowness, p50: 300 * slowness),
            ]
        }
    }

    @Test("a ratio is one within a round: what slows the whole machine down does not show in it")
    func ratios() throws {
        #expect(try row(.tasks(inFlight: 64), drifting).ratio == 0.25)
        #expect(try row(.tasks(inFlight: 1), drifting).ratio == 3)
    }

    @Test("medians are over the rounds, CPU time is per task, and the spread tells how far the rounds lie apart")
    func medians() throws {
        let row = try row(.tasks(inFlight: 64), drifting)
        #expect(row.p50 == 600)
        #expect(row.tasksPerSecond == 12.5)
        #expect(row.serverCPU == 100)
        #expect(row.spread == 10)
    }

    @Test("without its floor in the same round a run has no ratio")
    func noFloor() throws {
        let alone = [
            sample(.flushingFloor, round: 1, seconds: 1, p50: 1), sample(.durable, round: 2, seconds: 1, p50: 1),
        ]
        #expect(try row(.tasks(inFlight: 1), alone).ratio == nil)
    }

    @Test("the columns of the table are as wide as what is in them")
    func table() {
        let table = Report.markdown([["a", "b", "n"], ["longer", "x", "1.50"]])
        #expect(
            table == """
                | a      | b |    n |
                | ------ | - | ---: |
                | longer | x | 1.50 |
                """)
    }

    @Test("numbers show three digits that say something")
    func numbers() {
        #expect([0.0345, 2.345, 23.45, 1234.5].map(Report.text) == ["0.03", "2.35", "23.4", "1234"])
        #expect(Report.text(nil) == "")
        #expect(Report.text(.nan) == "?")
    }
}
