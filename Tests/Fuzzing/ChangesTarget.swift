import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorStore

/// A commit's payload in the log. What is read and written is read as the same again.
enum ChangesTarget: FuzzTarget {
    static let name = "changes"

    static func run(_ bytes: [UInt8]) {
        guard let changes = read(bytes) else { return }
        for case .event(let event) in changes { _ = event.jsonText }
        guard let coalesced = try? CoalescedChanges(changes) else { return }
        let written = payload(of: coalesced)
        guard let again = read(written) else { fatalError("what was written is not read") }
        let second = payload(of: promised { try CoalescedChanges(again) })
        promise(second == written, "\(changes) are read as \(again)")
    }

    private static func payload(of changes: CoalescedChanges) -> [UInt8] {
        Array(ChangeWriter(changes).record.dropFirst(LogRecordHeader.length))
    }

    /// Records that a commit changes are those that it adds.
    private static func read(_ payload: [UInt8]) -> [Change]? {
        var reader = ChangeReader(payload, of: "commit 1", task: { _ in nil }, workflow: { _ in nil })
        return try? reader.changes()
    }
}
