import NIOCore

/// Whose frame is handled next: so many in one turn of the loop, those of the users who wait one after the other. Then the
/// loop looks at its sockets: who comes with a request waits for no more than that, however much others have sent.
///
/// Lives on the event loop.
public final class RequestTurns {
    /// How many frames are handled in one turn where several users are connected, and where there is only one.
    static let shared = 8, alone = 64
    /// A frame of so many bytes counts for one more. Bytes.
    static let grain = 32 << 10

    private var waiting = WaitingUsers<ServerChannel>()
    private var connections: [UInt32: Int] = [:]
    /// Frames that may still be handled in this turn.
    private var left = RequestTurns.alone
    private var isRenewalScheduled = false
    private let pause: (any EventLoop, @escaping () -> Void) -> Void
    private let gauge: LoopGauge

    /// - Parameter pause: Calls a function on the loop once it has looked at its sockets.
    public init(gauge: LoopGauge = LoopGauge(), pause: @escaping (any EventLoop, @escaping () -> Void) -> Void) {
        self.gauge = gauge
        self.pause = pause
    }

    /// Something has come on a connection.
    func read() { gauge.read() }

    func opened(_ uid: UInt32) {
        connections[uid, default: 0] += 1
        left = min(left, limit)
    }

    func closed(_ uid: UInt32) {
        guard let count = connections[uid] else { return }
        connections[uid] = count > 1 ? count - 1 : nil
    }

    /// Whether a frame that has just come may be handled at once.
    var isOpen: Bool { waiting.isEmpty && left > 0 }

    /// A frame is handled.
    func spend(_ bytes: Int, on loop: any EventLoop) {
        left -= 1 + bytes / Self.grain
        guard !isRenewalScheduled else { return }
        isRenewalScheduled = true
        // After all that was read in this turn.
        loop.assumeIsolated().execute { [self] in
            isRenewalScheduled = false
            renew()
        }
    }

    /// `channel` has frames that wait; it is asked to handle one when it is its turn.
    func append(_ channel: ServerChannel, on loop: any EventLoop) {
        let isFirst = waiting.isEmpty
        waiting.append(channel, of: channel.peer.uid)
        if isFirst { pause(loop) { [self] in run(on: loop) } }
    }

    private func run(on loop: any EventLoop) {
        renew()
        while left > 0, let channel = waiting.popFirst() {
            if channel.handleNext() { waiting.append(channel, of: channel.peer.uid) }
        }
        if !waiting.isEmpty { pause(loop) { [self] in run(on: loop) } }
    }

    private func renew() { left = limit }

    private var limit: Int { connections.count > 1 ? Self.shared : Self.alone }
}

/// What waits for its turn: the users take turns, and of one user whatever has waited longest.
struct WaitingUsers<Element> {
    private var lines: [UInt32: CircularBuffer<Element>] = [:]
    /// Those who have something here, in the order of their turns.
    private var users = CircularBuffer<UInt32>()

    var isEmpty: Bool { users.isEmpty }

    mutating func append(_ element: Element, of uid: UInt32) {
        if lines[uid] == nil { users.append(uid) }
        lines[uid, default: CircularBuffer()].append(element)
    }

    mutating func popFirst() -> Element? {
        guard let uid = users.popFirst() else { return nil }
        let element = lines[uid]?.popFirst()
        if lines[uid]?.isEmpty == true { lines[uid] = nil } else { users.append(uid) }
        return element
    }
}
