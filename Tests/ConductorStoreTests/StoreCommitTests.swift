import ConductorEngine
import ConductorModel
import Dispatch
import GRDB
import Testing

@testable import ConductorStore

@Suite("A commit")
struct StoreCommitTests {
    @Test("lets the last change of each thing win", arguments: Backend.allCases)
    func coalescing(backend: Backend) throws {
        try backend.withStore { store in
            var agent = try AgentState.idle("a")
            agent.completedCount = 2
            let task = try TaskRecord.queued("t")
            try store.commit([
                .agentSaved(.idle("a")), .taskAdded(task), .workflowAdded(.running("w")),
                .taskUpdated(task.started(by: "a")), .workflowUpdated(WorkflowRecord.running("w").ended()),
                .taskUpdated(task.started(by: "a").ended(.failed)), .agentSaved(agent),
            ])
            #expect(try store.task(task.key)?.status == .failed)
            #expect(try store.workflow(#require(WorkflowID("w")))?.0.status == .completed)
            #expect(try store.load().agents.map(\.completedCount) == [2])
        }
    }

    @Test("keeps the order of saving and removing", arguments: Backend.allCases)
    func order(backend: Backend) throws {
        try backend.withStore { store in
            let agent = try AgentState.idle("a")
            try store.commit([.agentSaved(agent), .agentRemoved(agent.agentID)])
            #expect(try store.load().agents.isEmpty)
            try store.commit([.agentSaved(agent), .agentRemoved(agent.agentID), .agentSaved(agent)])
            #expect(try store.load().agentNames == ["a"])
            try store.commit([.policyRemoved(.phaseGate), .policySaved(.phaseGate(requiredSuccessRate: 0.5))])
            #expect(try store.load().policies == [.phaseGate(requiredSuccessRate: 0.5)])
        }
    }

    @Test("gives tasks their place by when they were added, not updated", arguments: Backend.allCases)
    func places(backend: Backend) throws {
        try backend.withStore { store in
            let first = try TaskRecord.queued("first")
            try store.commit([.taskAdded(first), .taskAdded(.queued("second")), .taskUpdated(first.started(by: "a"))])
            #expect(try store.load().taskNames == ["first", "second"])
        }
    }

    @Test("that does not fit leaves nothing behind, and the next one is taken", arguments: Backend.allCases)
    func atomicity(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit([.taskAdded(.queued("old")), .event(1)])
            let misfits: [[Change]] = [
                [.taskAdded(try .queued("old"))],
                [.taskAdded(try .queued("twice")), .taskAdded(try .queued("twice"))],
                [.taskUpdated(try .queued("unknown"))],
                [.workflowUpdated(try .running("unknown"))],
                [try .event(3)],
                [try .event(1)],
                [try .event(2), try .event(4)],
            ]
            for misfit in misfits {
                let agent = Change.agentSaved(try .idle("a"))
                let fault = try fault { try store.commit([.taskAdded(.queued("new")), agent] + misfit) }
                #expect(fault.kind == .conflict)
                #expect(try store.task(.of("new")) == nil)
                #expect(try store.load().agents.isEmpty)
            }
            try store.commit([.taskAdded(.queued("new")), .event(2)])
            #expect(try store.load().taskNames == ["old", "new"])
            #expect(try store.load().lastSequence == 2)
        }
    }

    @Test("that does not fit names what it is about", arguments: Backend.allCases)
    func names(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit([.taskAdded(.queued("t", in: "w"))])
            let exists = try fault { try store.commit([.taskAdded(.queued("t", in: "w"))]) }
            #expect("\(exists)" == "task w/t: was added before")
            let unknown = try fault { try store.commit([.workflowUpdated(.running("v"))]) }
            #expect("\(unknown)" == "workflow v: was never added")
            let gap = try fault { try store.commit([.event(2)]) }
            #expect("\(gap)" == "event 2: does not follow event 0")
        }
    }

    @Test("in which something follows the last event there can be is refused")
    func endOfSequence() throws {
        let end = try fault { _ = try CoalescedChanges([.event(.max), .event(.min)]) }
        #expect("\(end)" == "event \(Int64.min): does not follow event \(Int64.max)")
    }

    @Test("of more than can be stored at once is refused before anything is, and the next one is taken")
    func tooLarge() throws {
        let task = try TaskRecord.queued("t")
        let row = try #require(CoalescedChanges([.taskAdded(task)]).tasks.values.first).bytes
        for (bounds, isTaken) in [
            (CommitBounds(row: row, all: row), true), (CommitBounds(row: row - 1, all: row), false),
            (CommitBounds(row: row, all: row - 1), false),
        ] {
            try withFolder { folder in
                let store = try SQLiteStore(folder: folder, delay: Projection.usualDelay, bounds: bounds)
                if isTaken {
                    try store.commit([.taskAdded(task)])
                } else {
                    #expect(try fault { try store.commit([.taskAdded(task)]) }.kind == .tooLarge)
                }
                try store.commit([.event(1)])
                try store.close()
                let next = try SQLiteStore(folder: folder)
                #expect(try next.load().taskNames == (isTaken ? ["t"] : []))
                try next.close()
            }
        }
    }

    @Test("is bounded below what SQLite and the log take")
    func bounds() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            // Of a blob that nobody needs.
            let row = CommitBounds.ofDisk.row + 1 << 20
            #expect(try store.writer.read { try Int.fetchOne($0, sql: "SELECT length(zeroblob(\(row)))") } == row)
            #expect(CommitBounds.ofDisk.all < Int(UInt32.max) - 1 << 28)
            try store.close()
        }
    }

    @Test("of nothing is nothing", arguments: Backend.allCases)
    func nothing(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit([])
            #expect(try store.load().lastSequence == 0)
        }
    }
}
