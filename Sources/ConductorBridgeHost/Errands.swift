/// Work that an actor begins and does not wait for. It runs within `run`: none outlives it.
struct Errands: Sendable {
    typealias Errand = @Sendable () async -> Void

    private let begun: AsyncStream<Errand>
    private let input: AsyncStream<Errand>.Continuation

    /// Holds little: who begins errands bounds their number, and they are taken at once.
    init() {
        (begun, input) = AsyncStream.makeStream()
    }

    func begin(_ errand: @escaping Errand) {
        input.yield(errand)
    }

    /// Until the calling task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await errand in begun { group.addTask { await errand() } }
            group.cancelAll()
        }
    }
}
