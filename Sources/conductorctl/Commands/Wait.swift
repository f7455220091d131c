import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorModel
import ConductorProtocol

struct Wait: AsyncParsableCommand {
    enum Event: String, ExpressibleByArgument, CaseIterable {
        case ended
        /// Held at a gate, or ended.
        case held
    }

    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait for a workflow's end, and print nothing.",
        usage: "conductorctl wait <workflow> [--for ended|held] [<options>]",
        discussion: """
            The exit status tells how it ended, as that of run does; with --for held it is 0 where it is held. It is \
            124 where the time was up before.
            """)

    @Argument(help: "The workflow.")
    var workflow: WorkflowArgument

    @Option(name: .customLong("for"), help: "What to wait for; what has ended is not held any more.")
    var event = Event.ended

    @Option(help: ArgumentHelp("How long at most: 90s, 5m, 2h, 3d.", valueName: "duration"))
    var timeout: DurationArgument?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let id = try await common.connect().workflowID(workflow, to: .look)
        let (socket, isForHeld) = (common.daemon, event == .held)
        let state = try await within(timeout?.duration) { try await Self.state(of: id, isForHeld: isForHeld, socket) }
        try common.format.show(state, lines: [])
        guard state.status.isTerminal else { return }
        let status = ExitStatus(state)
        guard status == .success else { throw status }
    }

    /// Once that is reached which is waited for.
    private static func state(of id: WorkflowID, isForHeld: Bool, _ socket: DaemonSocket) async throws -> WorkflowView {
        for try await element in socket.events(EventFilter(workflowID: id)) {
            switch element {
            case .event(let event) where event.taskID != nil: continue
            // From its subscription on nothing is missed: was it before?
            case .subscribed, .event:
                let state = try await insisting(socket: socket) { try await $0.workflow(id) }
                if state.status.isTerminal || isForHeld && state.isHeldAtGate { return state }
            case .interrupted: continue
            }
        }
        throw CancellationError()
    }

    private func within<Value: Sendable>(
        _ limit: Duration?, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let limit else { return try await body() }
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: body)
            group.addTask {
                try await Task.sleep(for: limit)
                throw ExitStatus.timedOut
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
