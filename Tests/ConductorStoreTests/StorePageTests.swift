import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorStore
import Testing

@Suite("A store's pages")
struct StorePageTests {
    @Test("hold tasks newest first and follow one another without a gap", arguments: Backend.allCases)
    func tasks(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit((1...7).map { .taskAdded(try .queued("t\($0)")) })
            var names: [[String]] = []
            var cursor: Int64?
            repeat {
                let page = try store.tasks(TaskQuery(page: Page(limit: 3, before: cursor)))
                names.append(page.records.map { "\($0.key)" })
                cursor = page.nextCursor
            } while cursor != nil
            #expect(names == [["t7", "t6", "t5"], ["t4", "t3", "t2"], ["t1"]])
        }
    }

    @Test("end without a cursor when they end with the list", arguments: Backend.allCases)
    func exact(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit((1...3).map { .taskAdded(try .queued("t\($0)")) })
            #expect(try store.tasks(TaskQuery(page: Page(limit: 3))).nextCursor == nil)
            #expect(try store.tasks(TaskQuery(page: Page(limit: 3, before: 1))).records.isEmpty)
            #expect(try store.tasks(TaskQuery(page: Page(limit: 3, before: -5))).records.isEmpty)
        }
    }

    @Test("stay in place while newer tasks come", arguments: Backend.allCases)
    func stable(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit((1...4).map { .taskAdded(try .queued("t\($0)")) })
            let first = try store.tasks(TaskQuery(page: Page(limit: 2)))
            try store.commit([.taskAdded(.queued("new"))])
            let second = try store.tasks(TaskQuery(page: Page(limit: 2, before: first.nextCursor)))
            #expect(second.records.map { "\($0.key)" } == ["t2", "t1"])
        }
    }

    @Test("hold only tasks of the status, type and workflow asked for", arguments: Backend.allCases)
    func filters(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit([
                .taskAdded(.queued("a", type: .coding)), .taskAdded(.queued("b", in: "w", type: .review)),
                .taskAdded(.queued("c", in: "w", type: .coding)), .taskAdded(.queued("d", type: .review).ended()),
            ])
            func names(_ query: TaskQuery) throws -> [String] { try store.tasks(query).records.map { "\($0.key)" } }
            #expect(try names(TaskQuery(status: .pending)) == ["w/c", "w/b", "a"])
            #expect(try names(TaskQuery(status: .completed)) == ["d"])
            #expect(try names(TaskQuery(agentType: .review)) == ["d", "w/b"])
            #expect(try names(TaskQuery(workflowID: WorkflowID("w"))) == ["w/c", "w/b"])
            #expect(try names(TaskQuery(status: .pending, agentType: .coding, workflowID: WorkflowID("w"))) == ["w/c"])
        }
    }

    @Test("hold workflows newest first, by status", arguments: Backend.allCases)
    func workflows(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit(["u", "v", "w"].map { .workflowAdded(try .running($0)) })
            try store.commit([.workflowUpdated(WorkflowRecord.running("v").ended())])
            func names(_ query: WorkflowQuery) throws -> [String] {
                try store.workflows(query).records.map { "\($0.workflowID)" }
            }
            #expect(try names(WorkflowQuery()) == ["w", "v", "u"])
            #expect(try names(WorkflowQuery(status: .completed)) == ["v"])
            let first = try store.workflows(WorkflowQuery(status: .inProgress, page: Page(limit: 1)))
            #expect(first.records.map { "\($0.workflowID)" } == ["w"])
            #expect(try names(WorkflowQuery(status: .inProgress, page: Page(before: first.nextCursor))) == ["u"])
        }
    }

    @Test("hold the events that follow a sequence, oldest first", arguments: Backend.allCases)
    func events(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit((1...5).map { try .event($0, task: "t\($0)") })
            let page = try store.events(after: 2, limit: 2)
            #expect(page.map(\.sequence) == [3, 4])
            let text = try #require(page.first).jsonText.string
            #expect(text.hasSuffix(#""task_id":"t3","attempt":1,"phase":"devops","data":{"n":1}}"#))
            #expect(try store.events(after: 5, limit: 10).isEmpty)
        }
    }

    @Test("end early where their records are large", arguments: [Backend.sqlite])
    func large(backend: Backend) throws {
        try backend.withStore { store in
            let input = #"{"text":"\#(String(repeating: "x", count: 1_000_000))"}"#
            for index in 1...20 { try store.commit([.taskAdded(.queued("t\(index)", input: input))]) }
            let first = try store.tasks(TaskQuery())
            #expect((16...18).contains(first.records.count))
            let second = try store.tasks(TaskQuery(page: Page(before: first.nextCursor)))
            #expect(first.records.count + second.records.count == 20)
        }
    }
}
