import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// A workflow that the command waits for: shown while it runs, cancelled by Ctrl-C, left to run by other signals.
struct AttachedRun: Sendable {
    /// Starts the run at a socket's daemon and follows it to its end; gives what it has come to.
    typealias Following = @Sendable (_ socket: DaemonSocket) async throws -> RunEnding

    private let run: WorkflowRun
    private let format: FormatOptions
    private let presenter: RunPresenter
    private let interrupt = CancelSwitch()

    init(_ run: WorkflowRun, _ format: FormatOptions, logs: Bool) {
        self.run = run
        self.format = format
        presenter = RunPresenter(.suited(json: format.json, logs: logs), output: .standard)
    }

    /// Starts `run` and shows it to its end; detached, prints its id once it has begun.
    static func start(_ run: WorkflowRun, _ common: CommonOptions, logs: Bool, detach: Bool) async throws {
        if detach {
            let (state, remark) = try await run.begin(try await common.connect())
            EventStream.tell(remark)
            return try common.format.show(state.text, lines: [run.workflowID.description])
        }
        let attached = AttachedRun(run, common.format, logs: logs)
        do {
            try await attached.interruptible {
                try await attached.follow(common.daemon, mayDetach: true).show(common.format)
            }
        } catch is Detached {
            await attached.detach()
        } catch let signalled as Signalled {
            await attached.detach()
            throw signalled
        } catch let fault as OutputFault where fault != .closedPipe {
            let id = run.workflowID
            await attached.presenter.leave("workflow \(id) is not cancelled; see: conductorctl show \(id)")
            throw fault
        }
    }

    /// Starts `run` on the daemon that `place` gives it for this time. Nothing is left to run without this command: each
    /// signal but the first Ctrl-C ends `place` at once, and all that is in it.
    static func start(
        _ run: WorkflowRun, _ format: FormatOptions, logs: Bool,
        in place: @escaping @Sendable (@escaping Following) async throws -> RunEnding
    ) async throws {
        let attached = AttachedRun(run, format, logs: logs)
        do {
            try await attached.interruptible {
                try await place { try await attached.follow($0, mayDetach: false) }.show(format)
            }
        } catch let signalled as Signalled {
            await attached.presenter.leave("the run was cancelled by a signal; its daemon and its agents have ended")
            throw signalled
        }
    }

    /// Ctrl-C while `body` runs cancels the workflow, which brings `body` to its end; a second one ends `body` at once.
    private func interruptible(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await whileAttached(
            cancel: { await cancel("press Ctrl-C again to stop waiting") }, body: body)
    }

    /// Whether the end of the workflow is to be waited for.
    private func cancel(_ advice: String) async -> Bool {
        async let said: Void? = try? presenter.remark("cancelling workflow \(run.workflowID); \(advice)")
        let isCancelling = await interrupt.press()
        // Where nobody reads, the second Ctrl-C ends this too.
        if isCancelling { _ = await said }
        return isCancelling
    }

    /// Starts it and follows it to its end; gives what it has come to. Throws at once where no daemon answers.
    ///
    /// - Parameter mayDetach: Whether the daemon goes on without this command.
    private func follow(_ socket: DaemonSocket, mayDetach: Bool) async throws -> RunEnding {
        let controls = RunControls(mayDetach: mayDetach) {
            _ = await cancel(mayDetach ? "press q to stop waiting" : "waiting for its end")
        }
        let ended = try await run.follow(socket: socket, presenter: presenter, controls: controls) {
            await interrupt.arm {
                let client = try await socket.connect()
                _ = try await client.cancel(run.workflowID, reason: "interrupted by its user")
            }
        }
        return await RunEnding(ended, format, socket: socket, daemonStays: mayDetach)
    }

    private func detach() async {
        let id = run.workflowID
        await presenter.leave(
            await interrupt.isArmed
                ? "workflow \(id) continues; watch it with: conductorctl watch \(id)"
                : "workflow \(id) may have begun; see: conductorctl show \(id)")
    }
}
