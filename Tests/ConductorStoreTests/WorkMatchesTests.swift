import ConductorEngine
import ConductorJSON
import ConductorModel
import Testing

@testable import ConductorStore

@Suite("What people call workflows and tasks")
struct WorkMatchesTests {
    private static func workflow(_ id: String, name: String, number: Int, uid: UInt32 = 1) throws -> Change {
        var definition = WorkflowDefinition(name: name)
        let workflowID = try #require(WorkflowID(id))
        definition.workflowID = workflowID
        var record = WorkflowRecord(
            workflowID: workflowID, definition: try WorkflowDefinition(json: definition.jsonText.parsed()),
            inputs: .emptyObject, ownerUID: uid, startedAt: time)
        record.number = number
        return .workflowAdded(record)
    }

    private func changes() throws -> [Change] {
        try [
            Self.workflow("c972f0aa", name: "release", number: 40),
            Self.workflow("7f3a0001", name: "matrix", number: 41, uid: 2),
            Self.workflow("7f3a0002", name: "release", number: 42),
            Self.workflow("matrix-by-hand", name: "other", number: 43, uid: 2),
            .taskAdded(.queued("7f3a9999")), .taskAdded(.queued("alone")),
            .taskAdded(.queued("inside", in: "c972f0aa")),
        ]
    }

    private func each(_ body: (any Store) throws -> Void) throws {
        let memory = InMemoryStore()
        try memory.commit(changes())
        try body(memory)
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit(changes())
            try body(store)
            try store.close()
        }
    }

    @Test(
        "are an id, a name, the beginning of ids, a number or the last, in that order",
        arguments: [
            ("c972f0aa", "id: c972f0aa"), ("alone", "id: alone"), ("release", "name: 7f3a0002 c972f0aa"),
            ("matrix", "name: 7f3a0001"), ("c972", "prefix: c972f0aa"), ("c97", "prefix:"),
            ("7f3a", "prefix: 7f3a0002 7f3a0001 7f3a9999"), ("matrix-", "prefix: matrix-by-hand"),
            ("#41", "number: 7f3a0001"), ("release#42", "number: 7f3a0002"), ("release#41", "number:"),
            ("@last", "last: 7f3a0002"), ("insi", "prefix:"), ("100%_", "prefix:"),
        ])
    func order(reference: String, expected: String) throws {
        try each { store in
            let found = try store.matches(WorkReference(reference), of: 1)
            let ids = found.workflows.map { "\($0.workflowID)" } + found.tasks.map { "\($0.key.taskID)" }
            let shown = ids.isEmpty && found.kind != .number && found.kind != .last ? "" : "\(found.kind.rawValue):"
            #expect(([shown] + ids).joined(separator: " ") == (expected == "prefix:" ? "" : expected))
        }
    }

    @Test("say where there are more than are told")
    func cut() throws {
        let memory = InMemoryStore()
        for number in 1...WorkMatches.most + 1 {
            try memory.commit([Self.workflow("w\(number)", name: "many", number: number)])
        }
        let found = memory.matches(WorkReference("many"), of: 1)
        #expect(found.workflows.count == WorkMatches.most && found.isCut)
        #expect(found.workflows.first?.number == WorkMatches.most + 1)
    }
}
