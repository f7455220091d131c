import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

/// A workflow that the command waits for: shown while it runs, cancelled by Ctrl-C.
struct AttachedRun: Sendable {
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
            let state = try await run.begin(try await common.connect())
            return try common.format.show(state.json.text, lines: [run.workflowID.description])
        }
        let attached = AttachedRun(run, common.format, logs: logs)
        let answer = try await attached.interruptible { try await attached.follow(common.socketPath) }
        try attached.show(answer)
    }

    /// Ctrl-C while `body` runs cancels the workflow, which brings `body` to its end; a second one ends `body` at once.
    func interruptible(_ body: @escaping @Sendable () async throws -> JSONValue) async throws -> JSONValue {
        try await withInterrupts(first: { await interrupt.press() }, body: body)
    }

    /// Starts it and follows it to its end; gives the answer to `workflow.get`. Throws at once where no daemon answers.
    func follow(_ socket: String) async throws -> JSONValue {
        try await run.follow(socket: socket, presenter: presenter) {
            await interrupt.arm {
                let client = try await ConductorClient.connect(socket: socket)
                _ = try await client.cancel(run.workflowID, reason: "interrupted by its user")
            }
        }
    }

    /// The last word; throws the exit status unless all is well.
    func show(_ answer: JSONValue) throws {
        try RunEnding(answer).show(format)
    }
}
