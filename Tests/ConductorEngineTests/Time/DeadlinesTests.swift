import ConductorEngineSupport
import ConductorModel
import ConductorSpecification
import Testing

@testable import ConductorEngine

@Suite("The deadlines")
struct DeadlinesTests {
    private static let agent: AgentID = id("agent")

    private func task() -> TaskHandle {
        var tasks = LiveTasks()
        return tasks.add(
            TaskRecord(
                key: TaskKey(taskID: id("t")), definition: TaskDefinition(name: "t", assignedTo: .coding), ownerUID: 0,
                createdAt: Timestamp(microseconds: 0), stage: .planned, queueTimeout: .zero))
    }

    private func due(_ deadlines: Deadlines, by time: Duration) -> [Deadline] {
        var deadlines = deadlines
        var due: [Deadline] = []
        while let next = deadlines.popDue(by: time) { due.append(next) }
        return due
    }

    @Test("what is due at the same time comes in the order in which it was set, tasks and others alike")
    func order() {
        let task = task()
        var deadlines = Deadlines()
        deadlines.set(.presence(Self.agent), due: .seconds(2))
        deadlines.set(.task(task), due: .seconds(2))
        deadlines.set(.busRequest(1), due: .seconds(2))
        deadlines.set(.busRequest(2), due: .seconds(1))
        #expect(deadlines.earliest == .seconds(1))
        #expect(due(deadlines, by: .seconds(1)) == [.busRequest(2)])
        let all: [Deadline] = [.busRequest(2), .presence(Self.agent), .task(task), .busRequest(1)]
        #expect(due(deadlines, by: .seconds(2)) == all)
    }

    @Test("what is set anew moves, and what is removed does not come")
    func change() {
        let task = task()
        var deadlines = Deadlines()
        deadlines.set(.task(task), due: .seconds(1))
        deadlines.set(.task(task), due: .seconds(3))
        deadlines.set(.breaker(Self.agent), due: .seconds(2))
        #expect(due(deadlines, by: .seconds(3)) == [.breaker(Self.agent), .task(task)])
        deadlines.remove(.task(task))
        deadlines.remove(.breaker(Self.agent))
        #expect(deadlines.earliest == nil)
    }
}
