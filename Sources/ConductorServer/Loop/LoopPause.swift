import NIOCore

/// Lets the loop look at its sockets before something goes on; by default, what goes on is only executed later.
///
/// Lives on the event loop.
final class LoopPause {
    var then: (@escaping () -> Void) -> Void

    init(_ loop: any EventLoop) {
        then = { loop.assumeIsolated().execute($0) }
    }

    /// Calls `body` after a look at the sockets.
    func callAsFunction(_ body: @escaping () -> Void) { then(body) }
}
