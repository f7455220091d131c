import ConductorBench
import ConductorTestSupport
import Testing

@Suite("The time to start")
struct StartTimeTests {
    @Test("is measured after each kill, with nothing stored and with what a store was made to hold")
    func rows() async throws {
        var start = StartTime()
        start.starts = 2
        start.stores = [StoreMaker(), StoreMaker(ended: 1500, unfinished: 30)]
        let rows = try await start { _ in }
        #expect(rows.map(\.ended) == [0, 1500] && rows.map(\.unfinished) == [0, 30])
        #expect(rows.allSatisfy { $0.starts.count == 2 && $0.median > 0 && $0.residentBytes > 0 })
        #expect(rows.table.contains("| 1500"))
    }

    @Test("is that of a store which a daemon finds to be whole")
    func whole() async throws {
        let folder = try TemporaryFolder()
        try StoreMaker(ended: 1200, unfinished: 10).fill(folder.file("state"))
        let verified = try await ChildProcess(
            Binaries.conductord, ["--state-dir", folder.file("state"), "--verify"]
        ).finish()
        #expect(verified.exit.status == 0, "\(verified.output)\(verified.errors)")
    }

    @Test("and that of a ping are those of whole processes, beside the size of the program")
    func ping() async throws {
        var ping = PingTime()
        ping.rounds = 2
        let rows = try await ping()
        let first = try #require(rows.first)
        #expect(first.command == "conductorctl ping" && first.bytes > 0)
        #expect(first.least > 0 && first.least <= first.median)
        #expect(rows.count == 1 ? first.ratio == nil : rows[1].ratio == 1)
    }
}
