import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorStore
import Testing

@Suite("Every store")
struct StoreTests {
    @Test("is empty at first", arguments: Backend.allCases)
    func empty(backend: Backend) throws {
        try backend.withStore { store in
            let state = try store.load()
            #expect(state.tasks.isEmpty && state.workflows.isEmpty && state.agents.isEmpty && state.policies.isEmpty)
            #expect(state.lastSequence == 0 && state.counts.events == 0)
            #expect(try store.task(.of("t")) == nil)
            #expect(try store.workflow(#require(WorkflowID("w"))) == nil)
            #expect(try store.tasks(TaskQuery()).records.isEmpty)
            #expect(try store.events(after: 0, limit: 10).isEmpty)
        }
    }

    @Test("gives a task back byte for byte as it was sent", arguments: Backend.allCases)
    func bytes(backend: Backend) throws {
        try backend.withStore { store in
            let input = #"{"z":1.500,"a":[1e3, "é\u0041"],"n":null}"#
            try store.commit([.taskAdded(.queued("t", input: input))])
            let output = #"{"big":123456789012345678901234567890}"#
            let ended = try TaskRecord.queued("t", input: input).started(by: "a").ended(output: output)
            try store.commit([.taskUpdated(ended)])
            let found = try #require(try store.task(.of("t")))
            #expect(found.definition.source == ended.definition.source)
            #expect(found.definition.inputData.string == input)
            #expect(found.outcome?.result.outputData.string == output)
            #expect(found.createdAt == time && found.attempts.map(\.jsonText) == ended.attempts.map(\.jsonText))
        }
    }

    @Test("keeps tasks of one id apart by their workflows", arguments: Backend.allCases)
    func keys(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit([
                .taskAdded(.queued("t", type: .coding)), .taskAdded(.queued("t", in: "w", type: .review)),
                .taskAdded(.queued("t", in: "v", type: .devops)),
            ])
            #expect(try store.task(.of("t"))?.definition.assignedTo == .coding)
            #expect(try store.task(.of("t", in: "w"))?.definition.assignedTo == .review)
            #expect(try store.task(.of("t", in: "v"))?.definition.assignedTo == .devops)
            #expect(try store.task(.of("t", in: "u")) == nil)
        }
    }

    @Test("loads what has not ended, and all tasks of such workflows, oldest first", arguments: Backend.allCases)
    func live(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit([
                .workflowAdded(.running("w")), .taskAdded(.queued("z", in: "w")), .taskAdded(.queued("b", in: "w")),
                .workflowAdded(.running("over")), .taskAdded(.queued("c", in: "over")),
                .taskAdded(.queued("alone")), .taskAdded(.queued("done")), .taskAdded(.queued("busy").started(by: "a")),
            ])
            try store.commit([
                .taskUpdated(.queued("z", in: "w").ended()), .taskUpdated(.queued("done").ended()),
                .taskUpdated(.queued("c", in: "over").ended()),
                .workflowUpdated(WorkflowRecord.running("over").ended()),
            ])
            let state = try store.load()
            #expect(state.workflowNames == ["w"])
            #expect(state.taskNames == ["w/z", "w/b", "alone", "busy"])
            #expect(state.tasks.map(\.status) == [.completed, .pending, .pending, .inProgress])
        }
    }

    @Test("finds an ended workflow with its tasks in their order", arguments: Backend.allCases)
    func workflow(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit([
                .workflowAdded(.running("w")), .taskAdded(.queued("z", in: "w")), .taskAdded(.queued("t", in: "other")),
                .taskAdded(.queued("a", in: "w")),
            ])
            try store.commit([.workflowUpdated(WorkflowRecord.running("w").ended(.failed))])
            let id = try #require(WorkflowID("w"))
            let (workflow, tasks) = try #require(try store.workflow(id))
            #expect(workflow.status == .failed)
            #expect(workflow.inputs.string == #"{"b":1.50,"a":2}"#)
            #expect(tasks.map { "\($0.key)" } == ["w/z", "w/a"])
        }
    }

    @Test("finds a task by the token of any of its attempts, in whatever workflow", arguments: Backend.allCases)
    func attempts(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit([
                .taskAdded(.queued("t").started(by: "a", token: 1).started(by: "a", token: 2)),
                .taskAdded(.queued("t", in: "w").started(by: "a", token: 3)),
                .taskAdded(.queued("t", in: "v").started(by: "b", token: 4)),
                .taskAdded(.queued("other", in: "v").started(by: "b", token: 5)),
            ])
            func key(_ token: UInt64) throws -> String? {
                try store.task(#require(TaskID("t")), attempt: AttemptToken(high: 7, low: token)).map { "\($0.key)" }
            }
            #expect(try key(1) == "t" && key(2) == "t")
            #expect(try key(3) == "w/t" && key(4) == "v/t")
            #expect(try key(5) == nil && key(6) == nil)
        }
    }

    @Test("is not led astray by a token that stands in a task's output", arguments: Backend.allCases)
    func tokenInOutput(backend: Backend) throws {
        try backend.withStore { store in
            let token = AttemptToken(high: 7, low: 3)
            try store.commit([
                .taskAdded(.queued("t", in: "w").started(by: "a", token: 3)),
                .taskAdded(.queued("t", in: "v").ended(output: #"{"seen":"\#(token)"}"#)),
            ])
            #expect(try store.task(#require(TaskID("t")), attempt: token)?.key == .of("t", in: "w"))
        }
    }

    @Test("keeps agents and policies until they are removed", arguments: Backend.allCases)
    func agents(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit([
                .agentSaved(.idle("b")), .agentSaved(.idle("a")), .policySaved(.maxConcurrentTasks(limit: 3)),
                .policySaved(.agentAvailability),
            ])
            var changed = try AgentState.idle("b")
            changed.status = .waiting
            try store.commit([.agentSaved(changed), .policySaved(.maxConcurrentTasks(limit: 4))])
            #expect(try store.load().agents.map(\.status) == [.idle, .waiting])
            #expect(try store.load().policies == [.agentAvailability, .maxConcurrentTasks(limit: 4)])
            try store.commit([.agentRemoved(changed.agentID), .policyRemoved(.agentAvailability)])
            #expect(try store.load().agentNames == ["a"])
            #expect(try store.load().policies == [.maxConcurrentTasks(limit: 4)])
        }
    }

    @Test("gives an agent its newest 100 of each list back from the tasks, oldest first", arguments: Backend.allCases)
    func lists(backend: Backend) throws {
        try backend.withStore { store in
            var agent = try AgentState.idle("a")
            agent.running = [try #require(TaskID("busy"))]
            var changes: [Change] = [.agentSaved(agent), .agentSaved(try .idle("b"))]
            for index in 1...120 { changes.append(.taskAdded(try .queued("t\(index)").started(by: "a").ended())) }
            changes.append(.taskAdded(try .queued("bad").started(by: "a").ended(.failed)))
            changes.append(.taskAdded(try .queued("gone").started(by: "a").ended(.cancelled)))
            changes.append(.taskAdded(try .queued("busy").started(by: "a")))
            try store.commit(changes)
            let loaded = try store.load().agents
            #expect(loaded.map { $0.completedTasks.map(\.description) } == [(21...120).map { "t\($0)" }, []])
            #expect(loaded.map { $0.failedTasks.map(\.description) } == [["bad"], []])
            #expect(loaded.allSatisfy { $0.running.isEmpty })
        }
    }

    @Test("keeps the last counts and the last event's sequence", arguments: Backend.allCases)
    func counts(backend: Backend) throws {
        try backend.withStore { store in
            var counts = StatusCounts()
            counts.tasks = [.pending: 9]
            try store.commit([.event(1), .counted(counts), .event(2)])
            counts.events = 3
            counts.tasks = [.completed: 2, .inProgress: 1]
            counts.agents = [.idle: 4]
            counts.queued = 5
            try store.commit([
                .event(3), .counted(counts), .taskAdded(.queued("t").started(by: "a")),
            ])
            let state = try store.load()
            #expect(state.lastSequence == 3)
            #expect(state.counts.events == 3 && state.counts.queued == 5)
            #expect(state.counts.tasks == [.completed: 2, .inProgress: 1] && state.counts.agents == [.idle: 4])
        }
    }
}
