import ConductorBridge
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Foundation
import Testing

@testable import ConductorBridgeHost

@Suite("The book of claims")
struct ClaimBookTests {
    @Test("has after a restart what was recorded and not erased, in order")
    func restart() async throws {
        let folder = try TemporaryFolder()
        let records = try (1...3).map(record)
        do {
            let book = try ClaimBook(folder: folder.path)
            try await book.write(records.map { .record($0) })
            try await book.write([.erase(records[1].claim)])
        }
        #expect(try ClaimBook(folder: folder.path).found == [records[0], records[2]])
        // It was written anew: the same again.
        #expect(try ClaimBook(folder: folder.path).found == [records[0], records[2]])
    }

    @Test("leaves out a line that a power cut has cut off, and says so")
    func cut() async throws {
        let folder = try TemporaryFolder()
        do {
            let book = try ClaimBook(folder: folder.path)
            try await book.write([.record(try record(1)), .record(try record(2))])
        }
        let file = URL(fileURLWithPath: folder.file("claims.log"))
        try Data(contentsOf: file).dropLast(20).write(to: file)
        let book = try ClaimBook(folder: folder.path)
        #expect(book.found == [try record(1)])
        #expect(book.brokenLines == 1)
    }

    @Test("is of one bridge at a time")
    func lock() throws {
        let folder = try TemporaryFolder()
        let book = try ClaimBook(folder: folder.path)
        let fault = #expect(throws: ClaimFileFault.self) { try ClaimBook(folder: folder.path) }
        #expect(fault?.description == "\(folder.path) is in use by another bridge")
        _ = book
    }

    private func record(_ number: Int) throws -> ClaimRecord {
        ClaimRecord(
            claim: ClaimID(high: 1, low: UInt64(number)), host: name("farm"),
            request: RequestName(session: 7, number: number),
            attempt: AttemptReference(
                taskID: taskID("task-\(number)"), attempt: 1, token: AttemptToken(high: 2, low: UInt64(number))),
            workflowID: nil, agentType: .coding)
    }
}
