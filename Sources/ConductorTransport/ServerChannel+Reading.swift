import ConductorModel
import ConductorProtocol
import NIOCore

/// What comes: read when it is this connection's turn, and handled frame by frame when it is the user's.
extension ServerChannel {
    /// Handles what has come, as far as this turn goes.
    /// - Returns: whether a frame was handled.
    func handleFrames(_ opened: Opened) -> Bool {
        guard case .none = backlog else { return false }
        var hasHandled = false
        while case .open = state, connection.hasNext {
            guard sessions.turns.isOpen(for: peer.uid) else {
                backlog = .waiting(.none)
                sessions.turns.append(self, on: opened.context.eventLoop)
                break
            }
            handleFrame(opened)
            hasHandled = true
        }
        return hasHandled
    }

    /// Its turn has come: handles one of the frames that wait.
    /// - Returns: whether there are more.
    func handleNext() -> Bool {
        guard case .waiting(let then) = backlog else { return false }
        if case .open(let opened) = state {
            if connection.hasNext { handleFrame(opened) }
            if case .open = state, connection.hasNext { return true }
        }
        backlog = .none
        _ = account()
        switch then {
        case .none: break
        case .halfClosed: inputClosed()
        case .gone: end()
        }
        if case .open(let opened) = state {
            watchFrame(opened.context, isNew: true)
            if outbox.isWritable { resumeReading(opened.context) }
        }
        return false
    }

    func handleFrame(_ opened: Opened) {
        let before = connection.bufferedBytes
        let step = connection.next(refusal: opened.session.refusal)
        sessions.turns.spend(before - connection.bufferedBytes, of: peer.uid, on: opened.context.eventLoop)
        switch step {
        case .wait: break
        case .request(let id, let request): opened.session.received(.request(id, request))
        case .report(let report): opened.session.received(.report(report))
        case .ignore: opened.session.received(.unknown)
        case .answer(let body):
            enqueue { $0.frame(body: body) }
            opened.session.received(.unknown)
        case .answerAndClose(let body):
            enqueue { $0.frame(body: body) }
            finish()
        }
    }

    /// A frame that has begun must end in time.
    func watchFrame(_ context: ChannelHandlerContext, isNew: Bool) {
        if isNew || !connection.isInsideFrame {
            frameTimer?.cancel()
            frameTimer = nil
        }
        guard case .open = state, case .none = backlog, connection.isInsideFrame, frameTimer == nil else { return }
        let loop = context.eventLoop.assumeIsolated()
        frameTimer = loop.scheduleTask(in: TimeAmount(limits.frameTimeout)) { [self] in
            frameTimer = nil
            if case .heldBack = reading {
                watchFrame(context, isNew: true)
            } else {
                context.close(promise: nil)
            }
        }
    }

    func resumeReading(_ context: ChannelHandlerContext) {
        guard case .heldBack = reading else { return }
        read(context: context)
    }

    /// Its turn to be read from has come.
    func readNext() {
        guard case .open(let opened) = state, case .waiting = reading else { return }
        guard outbox.isWritable, case .none = backlog else { return reading = .heldBack }
        reading = .asAsked
        opened.context.read()
    }
}
