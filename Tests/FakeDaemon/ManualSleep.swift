import Synchronization

/// Sleeps that end when a test says so.
public final class ManualSleep: Sendable {
    private struct Sleeper {
        let id: Int
        let duration: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var lastID = 0
        var sleepers: [Sleeper] = []
        var passing: [(duration: Duration, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// Sleeps until `pass` is called with the same duration.
    public func sleep(_ duration: Duration) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                state.withLock { state -> Void in
                    if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                    if let index = state.passing.firstIndex(where: { $0.duration == duration }) {
                        state.passing.remove(at: index).continuation.resume()
                        return continuation.resume()
                    }
                    state.sleepers.append(Sleeper(id: id, duration: duration, continuation: continuation))
                }
            }
        } onCancel: {
            state.withLock { state -> Void in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else { return }
                state.sleepers.remove(at: index).continuation.resume(throwing: CancellationError())
            }
        }
    }

    /// Ends one sleep of that duration; waits until there is one.
    public func pass(_ duration: Duration) async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if let index = state.sleepers.firstIndex(where: { $0.duration == duration }) {
                    state.sleepers.remove(at: index).continuation.resume()
                    continuation.resume()
                } else {
                    state.passing.append((duration, continuation))
                }
            }
        }
    }
}
