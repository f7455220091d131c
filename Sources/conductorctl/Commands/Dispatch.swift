import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Dispatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dispatch",
        abstract: "Give one task to an agent and wait for its result.",
        discussion: """
            The exit status is 0 only if the task is completed. Ctrl-C cancels the task; SIGTERM and SIGHUP leave it to \
            run.
            """)

    @OptionGroup var task: TaskOptions

    @Flag(help: "Wait for an agent where none is free.")
    var queue = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long it may wait for an agent, from 0 to 604800.", valueName: "seconds"))
    var queueTimeout: Double = 3600

    @Flag(help: "Return once the task is accepted, and print its id.")
    var detach = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (0...604_800).contains(queueTimeout) else {
            throw ValidationError("--queue-timeout is from 0 to 604800.")
        }
    }

    func run() async throws {
        let task = try task.task()
        var params = TaskDispatch(task: task)
        params.whenBusy = queue ? .queue : .fail
        params.queueTimeout = Duration(inSeconds: queueTimeout)
        params.detach = detach
        let name = task.taskID?.description ?? ""
        if detach {
            let reply = try await common.connect().call(TaskDispatchMethod.self, params)
            EventStream.tell(reply.repeated?.sentence("task \(name)"))
            return try common.format.show(["task_id": name], lines: [name])
        }
        if let id = task.taskID, let live = LiveTask(TaskKey(taskID: id), common) {
            return try await show(live, params, TaskKey(taskID: id))
        }
        // No time is too long for work.
        let client = try await common.connect(replyTimeout: nil)
        try await attached(to: task.taskID) { [params] in
            var requests = 0
            // The same task again is the same work: a daemon that restarts meanwhile costs nothing.
            let reply = try await insisting(
                socket: common.daemon, first: client, tell: EventStream.tell
            ) { client in
                requests += 1
                do {
                    return try await client.call(TaskDispatchMethod.self, params)
                } catch let refusal as Refusal where requests == 1 {
                    EventStream.tell(Repetition.sentence("task \(name)", refusal))
                    throw refusal
                }
            }
            try await TaskEnding(reply).show(common, mayRepeat: requests == 1)
        }
    }

    /// On a terminal its life is shown: it is dispatched once its events are heard.
    private func show(_ live: LiveTask, _ params: TaskDispatch, _ key: TaskKey) async throws {
        var params = params
        params.detach = true
        try await attached(to: key.taskID, live) { [params] in
            let hasEnded = try await live.show {
                var requests = 0
                let reply = try await insisting(socket: common.daemon) { client in
                    requests += 1
                    return try await client.call(TaskDispatchMethod.self, params)
                }
                guard let repetition = reply.repeated else { return false }
                let task = try await insisting(socket: common.daemon) { try await $0.task(key) }
                if requests == 1 {
                    let name = "task \(key.taskID)"
                    try await live.tell(repetition.sentence(name, ended: task.result?.completedAt))
                }
                return task.result != nil
            }
            guard hasEnded else { return }
            let task = try await insisting(socket: common.daemon) { try await $0.task(key) }
            try await TaskEnding(task).show(common)
        }
    }

    /// Ctrl-C while `body` waits cancels the task; other signals leave it to run.
    private func attached(
        to id: TaskID?, _ live: LiveTask? = nil, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let name = id?.description ?? ""
        do {
            try await whileAttached(
                cancel: {
                    guard let id else { return false }
                    let sentence = "cancelling task \(id); press Ctrl-C again to stop waiting"
                    if let live { try? await live.tell(sentence) } else { EventStream.tell(sentence) }
                    let client = try? await common.connect()
                    return (try? await client?.cancel(TaskKey(taskID: id), reason: "interrupted by its user")) ?? false
                }, body: body)
        } catch let signalled as Signalled {
            if let live {
                await live.leave()
            } else {
                EventStream.tell("task \(name) continues; watch it with: conductorctl watch \(name)")
            }
            throw signalled
        }
    }
}
