import NIOCore

/// Who is read from next: so often in one turn of the loop of each user. The connections of one who sends on many wait for
/// the next turns, one after the other.
///
/// Lives on the event loop.
final class ReadTurns {
    /// How often one user is read from in a turn, 64 KiB at most each time.
    static let share = 16

    /// Of each user, in this turn.
    private var reads: [UInt32: Int] = [:]
    private var waiting = WaitingUsers<ServerChannel>()
    private var isRenewalScheduled = false
    private var isRunScheduled = false
    private let pause: (any EventLoop, @escaping () -> Void) -> Void

    /// - Parameter pause: Calls a function on the loop once it has looked at its sockets.
    init(pause: @escaping (any EventLoop, @escaping () -> Void) -> Void) {
        self.pause = pause
    }

    func read(from uid: UInt32, on loop: any EventLoop) {
        reads[uid, default: 0] += 1
        guard !isRenewalScheduled else { return }
        isRenewalScheduled = true
        // After all that was read in this turn.
        loop.assumeIsolated().execute { [self] in
            isRenewalScheduled = false
            reads.removeAll(keepingCapacity: true)
        }
    }

    /// Whether the user's connections may be read from once more in this turn.
    func mayRead(from uid: UInt32) -> Bool { reads[uid, default: 0] < Self.share && !waiting.has(uid) }

    /// `channel` is told when it may be read from.
    func append(_ channel: ServerChannel, on loop: any EventLoop) {
        waiting.append(channel, of: channel.peer.uid)
        schedule(on: loop)
    }

    private func schedule(on loop: any EventLoop) {
        guard !isRunScheduled else { return }
        isRunScheduled = true
        pause(loop) { [self] in
            isRunScheduled = false
            run(on: loop)
        }
    }

    private func run(on loop: any EventLoop) {
        var begun: [UInt32: Int] = [:]
        while let channel = waiting.popFirst(of: { begun[$0, default: 0] < Self.share }) {
            begun[channel.peer.uid, default: 0] += 1
            channel.readNext()
        }
        if !waiting.isEmpty { schedule(on: loop) }
    }
}
