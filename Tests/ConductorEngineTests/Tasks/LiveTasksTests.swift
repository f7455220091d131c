import ConductorEngineSupport
import ConductorModel
import ConductorSpecification
import Testing

@testable import ConductorEngine

@Suite("The live tasks")
struct LiveTasksTests {
    private func record(_ name: String, uid: UInt32 = 1000) -> TaskRecord {
        TaskRecord(
            key: TaskKey(taskID: id(name)), definition: TaskDefinition(name: name, assignedTo: .coding), ownerUID: uid,
            createdAt: Timestamp(microseconds: 0), stage: .planned, queueTimeout: .seconds(1))
    }

    @Test("a handle names nothing once its task has left, though another task has its place")
    func reuse() {
        var tasks = LiveTasks()
        let first = tasks.add(record("first"))
        tasks.remove(first)
        let second = tasks.add(record("second"))
        #expect(first.index == second.index)
        #expect(tasks[first] == nil)
        #expect(tasks[second]?.key.taskID == id("second"))
    }

    @Test("a task is found by its key and by each of its attempts for as long as it is there")
    func lookup() {
        var tasks = LiveTasks()
        let task = tasks.add(record("a"))
        let token = AttemptToken(high: 1, low: 2)
        tasks.begin(
            Attempt(number: 1, iteration: 0, token: token, agentID: id("agent"), startedAt: Timestamp(microseconds: 0)),
            of: task)
        #expect(tasks.handle(of: TaskKey(taskID: id("a"))) == task && tasks.handle(of: token) == task)
        tasks.remove(task)
        #expect(tasks.handle(of: TaskKey(taskID: id("a"))) == nil && tasks.handle(of: token) == nil)
    }

    @Test("a task has its newest thousand attempts, and their numbers go on")
    func attempts() {
        var tasks = LiveTasks()
        let task = tasks.add(record("a"))
        for number in 1...TaskRecord.keptAttempts + 1 {
            #expect(tasks[task]?.attemptCount == number - 1)
            let token = AttemptToken(high: 1, low: UInt64(number))
            tasks.begin(
                Attempt(
                    number: number, iteration: 0, token: token, agentID: id("agent"),
                    startedAt: Timestamp(microseconds: 0)), of: task)
            #expect(tasks[task]?.attempts.count == min(number, TaskRecord.keptAttempts))
            #expect(tasks.handle(of: token) == task)
        }
        #expect(tasks.handle(of: AttemptToken(high: 1, low: 1)) == nil)
        #expect(tasks.handle(of: AttemptToken(high: 1, low: 2)) == task)
    }

    @Test("tasks are counted by status and by user")
    func counts() {
        var tasks = LiveTasks(counts: [.completed: 5])
        let task = tasks.add(record("a", uid: 7))
        _ = tasks.move(task, to: .running(deadline: Timestamp(microseconds: 1)))
        #expect(tasks.counts == [.completed: 5, .inProgress: 1])
        #expect(tasks.byUser[7] == 1)
        tasks.remove(task)
        #expect(tasks.byUser[7] == 0 && tasks.bytesByUser.total == 0 && tasks.count == 0)
    }
}
