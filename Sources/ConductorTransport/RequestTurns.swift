import NIOCore

/// Where what requests bring about goes: to the store, and out again. Asked on the event loop only.
public protocol RequestWay: AnyObject {
    /// Whether all that may leave has left.
    var isClear: Bool { get }
    /// Whether the store takes nothing at present, so that what is on its way stays there.
    var isHeld: Bool { get }

    /// Calls `body` when all that has come so far is stored and has left.
    func afterAll(_ body: @escaping () -> Void)
}

/// Whose frame is handled next: so many in one turn of the loop, those of the users who wait one after the other. Then the
/// loop looks at its sockets: who comes with a request waits for no more than that, however much others have sent.
///
/// Nor does it wait for more than a few of another user's to be stored: so many of a user's frames may be on their way.
///
/// Lives on the event loop.
public final class RequestTurns {
    /// How many frames are handled in one turn where several users are connected, and where there is only one.
    static let shared = 8, alone = 64
    /// How many of one user's may be on their way at once where several users are connected.
    static let window = 32
    /// A frame of so many bytes counts for one more. Bytes.
    static let grain = 32 << 10

    private var waiting = WaitingUsers<ServerChannel>()
    private var connections: [UInt32: Int] = [:]
    /// Frames that may still be handled in this turn.
    private var left = RequestTurns.alone
    private var isRenewalScheduled = false
    /// Of each user: frames that are on their way, and those among them that were handled in this turn.
    private var underWay: [UInt32: Int] = [:]
    private var handled: [UInt32: Int] = [:]
    /// The loop of the channels that wait, while a turn of theirs is to come.
    private var loop: (any EventLoop)?
    private var isRunScheduled = false
    private unowned let way: (any RequestWay)?
    private let pause: (any EventLoop, @escaping () -> Void) -> Void
    private let gauge: LoopGauge
    private let reads: ReadTurns

    /// - Parameters:
    ///   - way: lives as long as there are connections.
    ///   - pause: Calls a function on the loop once it has looked at its sockets.
    public init(
        gauge: LoopGauge = LoopGauge(), way: (any RequestWay)? = nil,
        pause: @escaping (any EventLoop, @escaping () -> Void) -> Void
    ) {
        self.gauge = gauge
        self.way = way
        self.pause = pause
        reads = ReadTurns(pause: pause)
    }

    /// Something has come on a connection.
    func read(from uid: UInt32, on loop: any EventLoop) {
        gauge.read()
        if isShared { reads.read(from: uid, on: loop) }
    }

    /// Whether `channel` may be read from at once; else it is told when it may.
    func mayRead(from channel: ServerChannel, on loop: any EventLoop) -> Bool {
        if !isShared || reads.mayRead(from: channel.peer.uid) { return true }
        reads.append(channel, on: loop)
        return false
    }

    func opened(_ uid: UInt32) {
        connections[uid, default: 0] += 1
        left = min(left, limit)
    }

    func closed(_ uid: UInt32) {
        guard let count = connections[uid] else { return }
        connections[uid] = count > 1 ? count - 1 : nil
        goOn()
    }

    /// Whether a frame of this user that has just come may be handled at once.
    func isOpen(for uid: UInt32) -> Bool {
        mayGoOn && hasRoom(uid) && (waiting.isEmpty || !waiting.hasAny(of: hasRoom))
    }

    /// A frame of so many bytes is handled.
    func spend(_ bytes: Int, of uid: UInt32, on loop: any EventLoop) {
        let cost = 1 + bytes / Self.grain
        left -= cost
        if isShared {
            underWay[uid, default: 0] += cost
            handled[uid, default: 0] += cost
        }
        guard !isRenewalScheduled else { return }
        isRenewalScheduled = true
        // After all that was read in this turn.
        loop.assumeIsolated().execute { [self] in
            isRenewalScheduled = false
            endTurn()
        }
    }

    /// `channel` has frames that wait; it is asked to handle one when it is its turn.
    func append(_ channel: ServerChannel, on loop: any EventLoop) {
        self.loop = loop
        waiting.append(channel, of: channel.peer.uid)
        schedule()
    }

    /// There may be room now for those who wait.
    public func goOn() {
        if !waiting.isEmpty { schedule() }
    }

    private func schedule() {
        guard !isRunScheduled, let loop else { return }
        isRunScheduled = true
        pause(loop) { [self] in
            isRunScheduled = false
            run()
        }
    }

    private func run() {
        renew()
        while mayGoOn, let channel = waiting.popFirst(of: hasRoom) {
            if channel.handleNext() { waiting.append(channel, of: channel.peer.uid) }
        }
        if waiting.hasAny(of: hasRoom) { schedule() }
    }

    /// What was handled in it is on its way from here on.
    private func endTurn() {
        renew()
        guard !handled.isEmpty else { return }
        let frames = handled
        handled = [:]
        guard let way, !way.isHeld else { return leave(frames) }
        way.afterAll { [self] in
            leave(frames)
            goOn()
        }
    }

    private func leave(_ frames: [UInt32: Int]) {
        for (uid, count) in frames {
            guard let before = underWay[uid] else { continue }
            underWay[uid] = before > count ? before - count : nil
        }
    }

    private func renew() { left = limit }

    private var isShared: Bool { connections.count > 1 }
    private var limit: Int { isShared ? Self.shared : Self.alone }
    private var mayGoOn: Bool { left > 0 && way?.isClear != false }

    private func hasRoom(_ uid: UInt32) -> Bool {
        guard isShared, let count = underWay[uid] else { return true }
        return count < Self.window || way?.isHeld == true
    }
}
