import ConductorEngine
import ConductorModel
import ConductorStore
import Testing

@testable import ConductorServer

/// A writer whose commits complete when the test says.
final class HandWriter: CommitWriter {
    private(set) var batchSizes: [Int] = []
    private(set) var removals: [Expired] = []
    private var batch: [Change] = []
    private var completion: ((Result<Void, StoreFault>) -> Void)?
    private var mark: ((Result<Void, StoreFault>) -> Void)?
    private let store: InMemoryStore?

    /// - Parameter store: what completed commits are applied to.
    init(store: InMemoryStore? = nil) {
        self.store = store
    }

    func commit(_ changes: [Change], completion: @escaping (Result<Void, StoreFault>) -> Void) {
        #expect(self.completion == nil, "one batch at a time")
        batchSizes.append(changes.count)
        batch = changes
        self.completion = completion
    }

    /// Waits for `completeMark`.
    func mark(_ time: Timestamp, completion: @escaping (Result<Void, StoreFault>) -> Void) {
        mark = completion
    }

    func completeMark() {
        let completion = mark
        mark = nil
        completion?(.success(()))
    }

    func remove(_ expired: Expired, completion: @escaping (Result<Void, StoreFault>) -> Void) {
        removals.append(expired)
        completion(.success(()))
    }

    /// Does nothing where no commit is under way.
    func complete() throws {
        guard completion != nil else { return }
        try store?.commit(batch)
        finish(.success(()))
    }

    func fail(_ kind: StoreFault.Kind) {
        finish(.failure(StoreFault(kind, at: "test", "no room")))
    }

    private func finish(_ outcome: Result<Void, StoreFault>) {
        let completion = completion
        self.completion = nil
        completion?(outcome)
    }
}
