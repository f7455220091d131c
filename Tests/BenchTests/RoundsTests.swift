import Testing

@testable import ConductorBench

@Suite("Rounds")
struct RoundsTests {
    private func order(seed: UInt64, round: Int) -> [String] {
        var rounds = Rounds()
        rounds.seed = seed
        return rounds.runs(of: round).map { "\($0.workload.name) \($0.subject.rawValue)" }
    }

    @Test("every round has all runs, in another order, which follows from the seed")
    func orders() {
        let first = order(seed: 1, round: 1), second = order(seed: 1, round: 2)
        #expect(first.sorted() == second.sorted())
        #expect(first != second)
        #expect(first == order(seed: 1, round: 1))
        #expect(first != order(seed: 7, round: 1))
    }

    @Test("floors are not asked for workflows")
    func workflows() {
        let runs = order(seed: 1, round: 1)
        #expect(!runs.contains("sequential floor"))
        #expect(runs.contains("sequential durable"))
    }
}
