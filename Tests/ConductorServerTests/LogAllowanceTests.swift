import ConductorModel
import Testing

@testable import ConductorServer

@Suite("The allowance for agents' lines")
struct LogAllowanceTests {
    private func key(_ id: String) throws -> TaskKey { TaskKey(taskID: try #require(TaskID(id))) }

    /// - Returns: how many lines, and entries that tell of missing ones, were written.
    private func write(
        _ lines: Int, of key: TaskKey, _ allowance: inout LogAllowance, from start: Duration = .zero,
        every pace: Duration = .zero
    ) -> (entries: Int, missing: Int) {
        var entries = 0, missing = 0
        for line in 0..<lines {
            switch allowance.take(key, at: start + pace * line) {
            case .write(let gap):
                entries += gap > 0 ? 2 : 1
                missing += gap
            case .leaveOut: break
            }
        }
        return (entries, missing)
    }

    @Test("lets a task write much at once, and then counts what is missing")
    func burst() throws {
        var allowance = LogAllowance(at: .zero)
        #expect(write(5_000, of: try key("t"), &allowance) == (5_000, 0))
        #expect(write(500, of: try key("t"), &allowance) == (0, 0))
        #expect(allowance.end(try key("t")) == 500)
        #expect(allowance.end(try key("t")) == 0)
    }

    @Test("tells what is missing where the task goes on")
    func resumption() throws {
        var allowance = LogAllowance(at: .zero)
        _ = write(5_100, of: try key("t"), &allowance)
        #expect(allowance.take(try key("t"), at: .seconds(5)) == .leaveOut)
        #expect(allowance.take(try key("t"), at: .seconds(11)) == .write(missing: 101))
        #expect(allowance.take(try key("t"), at: .seconds(11)) == .write(missing: 0))
    }

    @Test("keeps all tasks together well below what journald takes in 30 s, whatever they write")
    func together() throws {
        var allowance = LogAllowance(at: .zero)
        var entries = 0
        for second in 0..<30 {
            for task in 0..<50 {
                entries += write(200, of: try key("t\(task)"), &allowance, from: .seconds(second)).entries
            }
        }
        #expect(entries <= 8_000 && entries > 6_500)
    }

    @Test("leaves something to others beside one that never stops")
    func fairness() throws {
        var allowance = LogAllowance(at: .zero)
        _ = write(100_000, of: try key("loud"), &allowance, every: .milliseconds(1))
        #expect(write(1_000, of: try key("quiet"), &allowance, from: .seconds(100)) == (1_000, 0))
    }
}
