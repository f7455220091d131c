import ConductorModel
import ConductorSpecification
import Testing

@testable import ConductorEngine

@Suite("An agent's recent tasks")
struct RecentTasksTests {
    private func names(_ range: Range<Int>) -> [TaskID] { range.map { id("t\($0)") } }

    @Test("the newest are kept, oldest first", arguments: [0, 1, 3, 4, 10])
    func newest(count: Int) {
        var recent = RecentTasks(names(0..<0))
        for name in names(0..<count) { recent.append(name, keeping: 4) }
        #expect(recent.inOrder == names(max(0, count - 4)..<count))
    }

    @Test("a limit that has changed holds from the next task on")
    func limit() {
        var recent = RecentTasks(names(0..<5))
        recent.append(id("t5"), keeping: 3)
        #expect(recent.inOrder == names(3..<6))
        recent.append(id("t6"), keeping: 5)
        #expect(recent.inOrder == names(3..<7))
        recent.append(id("t7"), keeping: 0)
        #expect(recent.inOrder.isEmpty)
    }
}
