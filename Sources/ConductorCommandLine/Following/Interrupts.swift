import Glibc
import UnixSignals

/// The user wants the command to end now.
package struct Interrupted: Error, Hashable {
    package init() {}
}

/// A signal ends the command, though not what it waits for.
package enum Signalled: Error, Hashable {
    /// By SIGHUP: the terminal has gone.
    case hungUp
    /// By SIGTERM.
    case terminated

    fileprivate init?(_ signal: UnixSignal) {
        switch signal {
        case .sighup: self = .hungUp
        case .sigterm: self = .terminated
        default: return nil
        }
    }
}

extension UnixSignal {
    /// Those that end a program. What was ignored when this program began stays ignored: SIGHUP under nohup(1), SIGINT
    /// of a shell's background job.
    static var endings: [UnixSignal] {
        [.sigint, .sigterm, .sighup].filter { signal in
            var action = sigaction()
            guard sigaction(signal.rawValue, nil, &action) == 0 else { return true }
            // Functions cannot be compared; these are addresses.
            return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
                != unsafeBitCast(SIG_IGN, to: Int.self)
        }
    }
}

/// Runs `body`. The first SIGINT, SIGTERM or SIGHUP calls `first`, which may bring `body` to its end and says whether it
/// will; the second cancels `body` and throws `Interrupted`.
package func withInterrupts<T: Sendable>(
    first: @escaping @Sendable () async -> Bool, body: @escaping @Sendable () async throws -> T
) async throws -> T {
    try await withSignals(first: first, leaving: { _ in nil }, body: body)
}

/// Runs `body`, which waits for work that goes on without it. The first SIGINT calls `cancel`, which asks for an end of
/// the work, and with it of `body`, and says whether it could; a second one throws `Interrupted`. SIGTERM and SIGHUP throw
/// `Signalled`. What is thrown cancels `body`.
package func whileAttached<T: Sendable>(
    cancel: @escaping @Sendable () async -> Bool, body: @escaping @Sendable () async throws -> T
) async throws -> T {
    try await withSignals(first: cancel, leaving: Signalled.init, body: body)
}

private func withSignals<T: Sendable>(
    first: @escaping @Sendable () async -> Bool, leaving: @escaping @Sendable (UnixSignal) -> Signalled?,
    body: @escaping @Sendable () async throws -> T
) async throws -> T {
    let signals = await UnixSignalsSequence(trapping: UnixSignal.endings)
    let (requests, request) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
    return try await withThrowingTaskGroup(of: T?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            var isFirst = true
            for await signal in signals {
                if let signalled = leaving(signal) { throw signalled }
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
