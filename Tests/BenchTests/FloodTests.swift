import ConductorBench
import Foundation
import Testing

@Suite("Under a flood of", .enabled(if: geteuid() == 0, "Only root can be two users."))
struct FloodTests {
    // A task that is lost, refused or answered wrongly throws.
    @Test("anything, another user's tasks are all done, and root is answered", arguments: Flood.Attack.allCases)
    func completes(attack: Flood.Attack) async throws {
        var flood = Flood()
        flood.attacks = [attack]
        flood.tasks = 50
        let row = try #require(try await flood { _ in }.first)
        if attack != .subscriptions, attack != .nothing { #expect(row.answersPerSecond > 0) }
        #expect(row.longestTurn != nil)
    }
}
