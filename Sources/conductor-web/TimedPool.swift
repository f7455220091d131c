import FlyingSocks

/// Drops a connection whose other side neither reads nor writes for as long.
final class TimedPool: AsyncSocketPool {
    private struct Silent: Error {}
    private static let patience = Duration.seconds(30)
    private let pool: any AsyncSocketPool

    init(_ pool: any AsyncSocketPool) {
        self.pool = pool
    }

    func prepare() async throws { try await pool.prepare() }

    func run() async throws { try await pool.run() }

    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        // What listens waits for as long as nobody comes.
        guard (try? socket.remotePeer()) != nil else {
            return try await pool.suspendSocket(socket, untilReadyFor: events)
        }
        try await withThrowingTaskGroup(of: Void.self) { [pool] group in
            group.addTask { try await pool.suspendSocket(socket, untilReadyFor: events) }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                throw Silent()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
