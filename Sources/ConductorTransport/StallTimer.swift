import NIOCore

/// Tells when a peer has read nothing for a while of what waits for it. Lives on its channel's event loop.
final class StallTimer {
    private var task: Scheduled<Void>?

    /// Something waits from now on, and nothing is added to it; does nothing where that is so already.
    /// - Parameters:
    ///   - bytesLeft: How much of it waits: it becomes less where the peer reads.
    ///   - stalled: Called once, where it has not become less within `timeout`.
    func start(
        _ timeout: TimeAmount, on loop: any EventLoop, bytesLeft: @escaping () -> Int, stalled: @escaping () -> Void
    ) {
        guard task == nil else { return }
        let before = bytesLeft()
        task = loop.assumeIsolated().scheduleTask(in: timeout) { [self] in
            task = nil
            guard bytesLeft() < before else { return stalled() }
            start(timeout, on: loop, bytesLeft: bytesLeft, stalled: stalled)
        }
    }

    /// Nothing waits any more.
    func cancel() {
        task?.cancel()
        task = nil
    }
}
