import ConductorEngine
import ConductorModel
import Foundation
import GRDB
import Testing

@testable import ConductorStore

@Suite("The SQLite store")
struct SQLiteStoreTests {
    @Test("writes its tables ahead in SQLite's log, and leaves checkpoints to their own thread")
    func settings() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            #expect(try store.pragma("journal_mode") == "wal")
            #expect(try store.pragma("wal_autocheckpoint") == "0")
            try store.close()
        }
    }

    @Test("keeps its folder and its files to their owner")
    func modes() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder + "/deep")
            try store.commit([.event(1)])
            func mode(_ path: String) throws -> Int? {
                try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            }
            #expect(try mode(folder) == 0o700 && mode(folder + "/deep") == 0o700)
            #expect(try mode(store.path) == 0o600 && mode(store.path + "-wal") == 0o600)
            #expect(try mode(folder + "/deep/conductor.db-commits.0") == 0o600)
            #expect(store.size() > 0)
            try store.close()
        }
    }

    @Test("finds all of it when opened again")
    func reopening() throws {
        try withFolder { folder in
            let first = try SQLiteStore(folder: folder)
            try first.commit([
                .taskAdded(.queued("t")), .workflowAdded(.running("w")), .agentSaved(.idle("a")), .event(1),
            ])
            try first.close()
            let second = try SQLiteStore(folder: folder)
            let state = try second.load()
            #expect(state.taskNames == ["t"] && state.workflowNames == ["w"] && state.agentNames == ["a"])
            #expect(state.lastSequence == 1)
            try second.close()
        }
    }

    @Test("has all in its tables once closed")
    func closing() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([.event(1)])
            try store.close()
            #expect(fileSize(store.path + "-wal") == 0)
            #expect(throws: StoreFault.self) { try store.commit([.event(2)]) }
            let database = try DatabaseQueue(path: store.path)
            #expect(try database.read { try AppliedCommit($0).link.number } == 1)
        }
    }

    @Test("refuses a second daemon on the same folder, until the first has gone")
    func locking() throws {
        try withFolder { folder in
            let first = try SQLiteStore(folder: folder)
            let fault = try fault { _ = try SQLiteStore(folder: folder) }
            #expect(fault.kind == .locked)
            #expect("\(fault)".contains("another conductord uses this state folder"))
            try first.close()
            try SQLiteStore(folder: folder).close()
        }
    }

    @Test("says what it cannot do where the folder cannot be made")
    func unusable() throws {
        try withFolder { folder in
            try Data().write(to: URL(filePath: folder))
            let fault = try fault { _ = try SQLiteStore(folder: folder + "/state") }
            #expect(fault.kind == .io && fault.code == .system(20) && fault.place == folder + "/state")
        }
    }

    @Test("tells a file that is no database")
    func notADatabase() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(repeating: 65, count: 8192).write(to: URL(filePath: folder + "/conductor.db"))
            #expect(try fault { _ = try SQLiteStore(folder: folder) }.kind == .corrupt)
        }
    }

    @Test("takes no commits while its tables have no room, shows what it took, and goes on once there is")
    func full() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            let pages = try #require(try store.pragma("page_count").flatMap { Int($0) })
            _ = try store.pragma("max_page_count = \(pages + 5)")
            let input = #"{"text":"\#(String(repeating: "x", count: 100_000))"}"#
            try store.commit([.agentSaved(try .idle("a")), .taskAdded(try .queued("t", input: input))])
            #expect(try fault { _ = try store.load() }.kind == .full)
            #expect(try fault { try store.commit([.taskAdded(.queued("u"))]) }.kind == .full)
            #expect(try store.task(.of("t")) != nil && store.task(.of("u")) == nil)
            #expect(try store.tasks(TaskQuery()).records.isEmpty)
            _ = try store.pragma("max_page_count = 1000000")
            try store.commit([.taskAdded(.queued("u"))])
            #expect(try store.load().taskNames == ["t", "u"])
            try store.close()
        }
    }

    @Test("takes no further commit once its tables could not be written, and loses none")
    func broken() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([.event(1)])
            _ = try store.pragma("query_only = 1")
            #expect(try fault { _ = try store.load() }.kind == .io)
            _ = try store.pragma("query_only = 0")
            #expect(try fault { try store.mustBeInPlace() }.kind == .io)
            #expect(try fault { try store.commit([.event(2)]) }.kind == .io)
            let fault = try fault { try store.commit([.event(2)]) }
            #expect(fault.kind == .io && fault.message.contains("unknown outcome"))
            try store.close()
            let next = try SQLiteStore(folder: folder)
            #expect(try next.load().lastSequence == 1)
            try next.close()
        }
    }

    @Test("shows whole commits only to those who look while it writes")
    func isolation() async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "conductor-store-\(UUID())")
        defer { try? FileManager.default.removeItem(at: root) }
        let store = try SQLiteStore(folder: root.path(percentEncoded: false))
        let last = 100
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for index in 1...last {
                    try store.commit([
                        .workflowAdded(.running("w\(index)")), .taskAdded(.queued("a", in: "w\(index)")),
                        .taskAdded(.queued("b", in: "w\(index)")),
                    ])
                }
            }
            group.addTask {
                var index = 1
                while index <= last {
                    guard let (_, tasks) = try store.workflow(#require(WorkflowID("w\(index)"))) else { continue }
                    #expect(tasks.count == 2)
                    index += 1
                }
            }
            try await group.waitForAll()
        }
        try store.close()
    }

    @Test("finds what has not ended by an index that names just those statuses")
    func liveIndex() throws {
        let live = TaskStatus.allCases.filter { !$0.isTerminal }.map { "'\($0.rawValue)'" }
        #expect(Set(Schema.isLive.matches(of: /'\w+'/).map { String($0.output) }) == Set(live))
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            let plan = try store.pages.read { db in
                try Row.fetchAll(
                    db, sql: "EXPLAIN QUERY PLAN SELECT seq FROM tasks WHERE \(Schema.isLive) ORDER BY seq DESC"
                ).map { "\($0["detail"] as DatabaseValue)" }
            }
            #expect(plan.count == 1 && plan.allSatisfy { $0.contains("tasks_live") })
            try store.close()
        }
    }
}
