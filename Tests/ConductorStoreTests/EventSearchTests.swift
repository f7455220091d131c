import ConductorEngine
import ConductorModel
import GRDB
import Testing

@testable import ConductorStore

@Suite("A search for events")
struct EventSearchTests {
    private func withHistory(_ body: (SQLiteStore) throws -> Void) throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            for sequence in 1...30 {
                let workflow = sequence % 10 == 1 ? "w\(sequence)" : nil
                var changes = try workflow.map { [Change.workflowAdded(try .running($0))] } ?? []
                changes.append(
                    .event(
                        EventRecord(
                            sequence: Int64(sequence), timestamp: time, kind: sequence < 20 ? .taskQueued : .taskFailed,
                            workflowID: WorkflowID("w\(sequence - (sequence - 1) % 10)"),
                            taskID: TaskID("t\(sequence)"),
                            agentID: AgentID(sequence % 2 == 0 ? "even" : "odd"))))
                try store.commit(changes)
            }
            try body(store)
            try store.close()
        }
    }

    private func sequences(_ store: SQLiteStore, _ filter: EventFilter, after: Int64 = 0, limit: Int = 100) throws
        -> [Int64]
    {
        try store.events(after: after, matching: filter, limit: limit).events.map(\.sequence)
    }

    @Test("gives what fits all of its filter, oldest first")
    func filters() throws {
        try withHistory { store in
            let ofWorkflow = try sequences(store, EventFilter(workflowID: WorkflowID("w11")))
            #expect(ofWorkflow == Array(11...20))
            let ofTask = try sequences(store, EventFilter(taskID: TaskID("t7")))
            #expect(ofTask == [7])
            let ofKinds = try sequences(store, EventFilter(kinds: ["task.failed", "task.log"]))
            #expect(ofKinds == Array(20...30))
            let filter = EventFilter(workflowID: WorkflowID("w21"), agentID: AgentID("odd"), kinds: ["task.failed"])
            let ofAll = try sequences(store, filter, after: 23)
            #expect(ofAll == [25, 27, 29])
            let ofNone = try sequences(store, EventFilter(workflowID: WorkflowID("none"), kinds: []))
            #expect(ofNone.isEmpty)
        }
    }

    @Test("goes on where the page before it ended, and tells the end")
    func pages() throws {
        try withHistory { store in
            let filter = EventFilter(agentID: AgentID("even"))
            let first = try store.events(after: 0, matching: filter, limit: 4)
            #expect(first.events.map(\.sequence) == [2, 4, 6, 8] && first.through == 8)
            let rest = try store.events(after: 8, matching: filter, limit: 100)
            #expect(rest.events.count == 11 && rest.through == 30)
            #expect(try store.events(after: 30, matching: filter, limit: 4).through == 30)
        }
    }

    @Test("looks at a bounded stretch of the history at a time")
    func stretches() throws {
        try withHistory { store in
            try store.scans.read { db in
                let search = EventSearch(db: db, filter: EventFilter(kinds: ["task.failed"]), stretch: 8)
                var through: Int64 = 0, found: [[Int64]] = []
                while through < 30 {
                    let page = try search.page(after: through, limit: 100)
                    found.append(page.events.map(\.sequence))
                    through = page.through
                }
                #expect(found == [[], [], [20, 21, 22, 23, 24], [25, 26, 27, 28, 29, 30]])
            }
        }
    }

    @Test("for a workflow begins where the workflow does")
    func beginning() throws {
        try withHistory { store in
            try store.scans.read { db in
                let filter = EventFilter(workflowID: WorkflowID("w21"))
                let page = try EventSearch(db: db, filter: filter, stretch: 10).page(after: 0, limit: 100)
                #expect(page.events.map(\.sequence).last == 21)
                #expect(page.through == 21)
            }
        }
    }

    @Test("misses no event of a workflow that was added by one commit with others")
    func sameCommit() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            var changes: [Change] = []
            for number in 1...3 {
                changes.append(.workflowAdded(try .running("w\(number)")))
                changes.append(
                    .event(
                        EventRecord(
                            sequence: Int64(number), timestamp: time, kind: .workflowStarted,
                            workflowID: WorkflowID("w\(number)"))))
            }
            try store.commit(changes)
            for number in 1...3 {
                #expect(try sequences(store, EventFilter(workflowID: WorkflowID("w\(number)"))) == [Int64(number)])
            }
            try store.close()
        }
    }

    @Test("refuses an event that is damaged, and a gap among those that it passes over")
    func damage() throws {
        try withHistory { store in
            try write("UPDATE events SET attempt = 9 WHERE sequence = 11", to: store.path)
            let filter = EventFilter(workflowID: WorkflowID("w11"))
            #expect(try fault { _ = try sequences(store, filter) }.kind == .corrupt)
            try write("DELETE FROM events WHERE sequence = 5", to: store.path)
            #expect(try fault { _ = try sequences(store, EventFilter(taskID: TaskID("t9"))) }.kind == .corrupt)
        }
    }

    @Test("begins behind what retention has removed")
    func pruned() throws {
        try withHistory { store in
            var expired = Expired()
            expired.lastEvent = 25
            try store.remove(expired)
            #expect(try sequences(store, EventFilter(agentID: AgentID("even"))) == [26, 28, 30])
            expired.lastEvent = 30
            try store.remove(expired)
            let page = try store.events(after: 3, matching: EventFilter(agentID: AgentID("even")), limit: 10)
            #expect(page.events.isEmpty && page.through == 30)
        }
    }
}
