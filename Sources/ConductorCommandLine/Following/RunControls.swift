/// The user leaves the work to itself.
package struct Detached: Error, Hashable {
    package init() {}
}

/// What the keys do to work that is shown live.
package struct RunControls: Sendable {
    private let mayDetach: Bool
    private let cancel: (@Sendable () async throws -> Void)?

    /// - Parameters:
    ///   - mayDetach: Whether the work can go on without this command.
    ///   - cancel: Asks for its end; nil where it cannot be cancelled from here.
    package init(mayDetach: Bool = true, cancel: (@Sendable () async throws -> Void)? = nil) {
        self.mayDetach = mayDetach
        self.cancel = cancel
    }

    /// Hears keys until it is cancelled.
    func take(_ terminal: TerminalHold, _ presenter: RunPresenter) async throws {
        await presenter.offer(LiveScreen.Keys(mayDetach: mayDetach, mayCancel: cancel != nil))
        while true {
            let (key, isAnew) = terminal.key()
            if isAnew { try await presenter.drawAnew() }
            guard let key else {
                try await Task.sleep(for: .milliseconds(50))
                continue
            }
            switch try await presenter.press(key) {
            case .detach?: throw Detached()
            case .cancel?:
                do { try await cancel?() } catch let error as CancellationError { throw error } catch {
                    try await presenter.remark("cannot cancel: \(Failure(error).message)")
                }
            case nil: break
            }
        }
    }
}
