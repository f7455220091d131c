import UnixSignals

/// The user, or the system, wants the command to end now.
package struct Interrupted: Error, Hashable {
    package init() {}
}

/// Runs `body`. The first SIGINT, SIGTERM or SIGHUP calls `first`, which may bring `body` to its end and says whether it
/// will; the second cancels `body` and throws `Interrupted`.
package func withInterrupts<T: Sendable>(
    first: @escaping @Sendable () async -> Bool, body: @escaping @Sendable () async throws -> T
) async throws -> T {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
    let (requests, request) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
    return try await withThrowingTaskGroup(of: T?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            var isFirst = true
            for await _ in signals {
                guard isFirst else { throw Interrupted() }
                isFirst = false
                request.yield()
            }
            return nil
        }
        // Beside the signals: a second one is heard while `first` is still at work.
        group.addTask {
            for await _ in requests {
                guard await first() else { throw Interrupted() }
            }
            return nil
        }
        defer { group.cancelAll() }
        while let result = try await group.next() {
            if let result { return result }
        }
        throw Interrupted()
    }
}
