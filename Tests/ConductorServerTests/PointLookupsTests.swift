import ConductorDelivery
import ConductorProtocol
import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorStore
import Testing

@testable import ConductorServer

@Suite("The look-up of a record")
struct PointLookupsTests {
    private let time = Timestamp(microseconds: 0)

    private func task(_ workflow: String? = nil, stage: TaskRecord.Stage = .planned) throws -> TaskRecord {
        TaskRecord(
            key: TaskKey(workflowID: workflow.flatMap { WorkflowID($0) }, taskID: try #require(TaskID("t"))),
            definition: TaskDefinition(name: "t", assignedTo: .coding), ownerUID: 0, createdAt: time, stage: stage,
            queueTimeout: .zero)
    }

    private func letter(of task: TaskRecord, _ state: DeadLetter.State = .kept) throws -> DeadLetter {
        var letter = DeadLetter(
            id: try #require(DeadLetterID("d")), key: task.key, agentID: try #require(AgentID("a")), errorCode: "E",
            errorMessage: "m", attempt: 1, timestamp: time, task: task.definition.jsonText)
        letter.state = state
        return letter
    }

    private func lookUp(_ pending: PendingRecords = PendingRecords(), in store: InMemoryStore) throws -> StoredContext {
        try PointLookups(store: store).deadLetter(#require(DeadLetterID("d")), pending: pending)
    }

    @Test("finds it with its task")
    func stored() throws {
        let store = InMemoryStore()
        try store.commit([.taskAdded(task()), .deadLetterSaved(letter(of: task()))])
        guard case .deadLetter(let letter, let task) = try lookUp(in: store) else {
            Issue.record("no letter")
            return
        }
        #expect(letter.state == .kept && task.key == letter.key)
    }

    @Test("of a workflow finds the tasks whose ids the daemon made, which its definition does not have")
    func unnamedTasks() throws {
        let id = try #require(WorkflowID("w"))
        let text = #"{"name":"w","tasks":[{"name":"t","assigned_to":"coding"}]}"#
        let definition = try WorkflowDefinition(json: JSONText(parsing: text).parsed())
        let workflow = WorkflowRecord(
            workflowID: id, definition: definition, inputs: .emptyObject, ownerUID: 0, startedAt: time)
        let store = InMemoryStore()
        try store.commit([.workflowAdded(workflow), .taskAdded(task("w"))])
        guard case .workflow(_, let tasks) = try PointLookups(store: store).workflow(id, pending: PendingRecords())
        else {
            Issue.record("no workflow")
            return
        }
        #expect(tasks.map(\.key.taskID.description) == ["t"])
    }

    @Test("of a workflow finds nothing once retention has removed some of its tasks")
    func partOfAWorkflow() throws {
        let id = try #require(WorkflowID("w"))
        let text = #"{"name":"w","tasks":[{"name":"t","assigned_to":"coding"},{"name":"u","assigned_to":"coding"}]}"#
        let workflow = WorkflowRecord(
            workflowID: id, definition: try WorkflowDefinition(json: JSONText(parsing: text).parsed()),
            inputs: .emptyObject, ownerUID: 0, startedAt: time)
        let store = InMemoryStore()
        try store.commit([.workflowAdded(workflow), .taskAdded(task("w"))])
        guard case .nothing = try PointLookups(store: store).workflow(id, pending: PendingRecords()) else {
            Issue.record("the rest of it is found")
            return
        }
    }

    @Test("finds nothing of what retention is removing at this moment")
    func leaving() throws {
        let store = InMemoryStore()
        let alone = try task(), inWorkflow = try task("w")
        try store.commit([.taskAdded(alone), .taskAdded(inWorkflow), .deadLetterSaved(letter(of: alone))])
        var expired = Expired()
        expired.tasks = [alone.key]
        expired.workflows = [try #require(WorkflowID("w"))]
        expired.deadLetters = [try #require(DeadLetterID("d"))]
        let lookups = PointLookups(store: store, pendingDeletions: PendingDeletions(expired))
        let pending = PendingRecords()
        for key in [alone.key, inWorkflow.key] {
            guard case .nothing = try lookups.task(key, pending: pending) else {
                Issue.record("\(key) is found")
                continue
            }
        }
        guard case .nothing = try lookups.deadLetter(#require(DeadLetterID("d")), pending: pending) else {
            Issue.record("the letter is found")
            return
        }
    }

    @Test("is not removed while a change to it is on its way to the store")
    func settled() throws {
        var pending = PendingRecords(), expired = Expired()
        expired.tasks = [try task().key]
        #expect(pending.settled(expired).tasks.count == 1)
        pending.add([.taskUpdated(try task())])
        #expect(pending.settled(expired).isEmpty)
    }

    @Test("shows what is on its way to the store rather than what is in it")
    func pending() throws {
        let store = InMemoryStore()
        try store.commit([.taskAdded(task()), .deadLetterSaved(letter(of: task()))])
        var pending = PendingRecords()
        pending.add([
            .deadLetterSaved(try letter(of: task(), .redriven(requestKey: "k"))),
            .taskUpdated(try task(stage: .retrying(at: time))),
        ])
        guard case .deadLetter(let letter, let task) = try lookUp(pending, in: store) else {
            Issue.record("no letter")
            return
        }
        #expect(letter.state == .redriven(requestKey: "k"))
        guard case .retrying = task.stage else {
            Issue.record("an older task is shown")
            return
        }
    }

    @Test("finds it before anything of it is stored")
    func onlyPending() throws {
        var pending = PendingRecords()
        pending.add([.taskAdded(try task()), .deadLetterSaved(try letter(of: task()))])
        guard case .deadLetter = try lookUp(pending, in: InMemoryStore()) else {
            Issue.record("no letter")
            return
        }
    }

    @Test("finds it with the whole workflow of its task")
    func workflow() throws {
        let store = InMemoryStore()
        var definition = WorkflowDefinition(name: "w")
        definition.tasks = [TaskDefinition(name: "t", assignedTo: .coding)]
        definition.tasks[0].taskID = TaskID("t")
        let workflow = WorkflowRecord(
            workflowID: try #require(WorkflowID("w")), definition: definition, inputs: .emptyObject, ownerUID: 0,
            startedAt: time)
        try store.commit([
            .workflowAdded(workflow), .taskAdded(task("w")), .deadLetterSaved(letter(of: task("w"))),
        ])
        guard case .deadLetterOfWorkflow(_, let found, let tasks) = try lookUp(in: store) else {
            Issue.record("no letter")
            return
        }
        #expect(found.workflowID == workflow.workflowID && tasks.count == 1)
    }

    @Test("finds nothing where there is no such letter, or its task is not kept any more")
    func nothing() throws {
        let store = InMemoryStore()
        guard case .nothing = try lookUp(in: store) else {
            Issue.record("something was found")
            return
        }
        try store.commit([.deadLetterSaved(letter(of: task()))])
        guard case .nothing = try lookUp(in: store) else {
            Issue.record("something was found")
            return
        }
    }
}

@Suite("While commits are pending")
struct PendingRecordsTests {
    @Test("an answer waits for what it may show, and for no more")
    func mayShow() throws {
        let agent = try #require(AgentID("a"))
        let letter = try #require(DeadLetterID("d"))
        let message = BusMessage(.control, from: "s")
        var pending = PendingRecords()
        pending.add([.breakerSaved(Breaker(agentID: agent, state: .closed(failures: 1)))])
        #expect(pending.mayShow(in: .breakerList))
        #expect(pending.mayShow(in: .breakerReset(agent)))
        #expect(pending.mayShow(in: .deadLetterDiscard(letter)))
        #expect(pending.mayShow(in: .metricsGet(.json)))
        for request: Request in [
            .deadLetterList(Page()), .busPublish(channel: "c", message), .busSubscribe(channel: "c"),
            .busUnsubscribe(channel: "c"), .busRequest(BusRequest(channel: "c", message: message)),
        ] {
            #expect(!pending.mayShow(in: request), "\(request.method)")
        }
        pending.startCommit()
        #expect(pending.mayShow(in: .breakerList))
        pending.committed()
        #expect(!pending.mayShow(in: .breakerList))
    }
}
