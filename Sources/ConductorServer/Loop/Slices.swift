/// Does what waits, piece by piece: after so many steps the loop looks at its sockets before it goes on.
///
/// Lives on the event loop.
final class Slices {
    private enum State {
        case idle
        /// What comes meanwhile, as a piece may bring more, has its turn after it.
        case working
        /// The loop looks at its sockets first.
        case pausing
    }

    private var state = State.idle
    private let size: Int
    /// Steps until the next pause.
    private var left: Int
    private let pause: LoopPause

    /// - Parameter size: Steps between two looks at the sockets.
    init(of size: Int, pause: LoopPause) {
        self.size = size
        left = size
        self.pause = pause
    }

    /// Whether what comes next is done at once.
    var isIdle: Bool {
        switch state {
        case .idle: true
        case .working, .pausing: false
        }
    }

    /// Does what waits, as far as this turn goes; the rest follows by itself.
    /// - Parameter next: Does one piece; how many steps that took, nil where nothing waits. It is asked again after pauses.
    func goOn(_ next: @escaping () -> Int?) {
        switch state {
        case .idle: work(next)
        case .working, .pausing: break
        }
    }

    private func work(_ next: @escaping () -> Int?) {
        state = .working
        while left > 0, let steps = next() { left -= steps }
        guard left <= 0 else { return state = .idle }
        state = .pausing
        pause { [self] in
            left = size
            work(next)
        }
    }
}
