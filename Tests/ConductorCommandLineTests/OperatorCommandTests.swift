import ConductorFakeDaemon
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Glibc
import Testing

/// The real conductorctl, and a daemon that says just what the test tells it to say.
@Suite("What operators ask for", .timeLimit(.minutes(5)))
struct OperatorCommandTests {
    private typealias Ended = (exit: ChildProcess.Exit, output: String, errors: String)

    private let daemon: FakeDaemon

    init() async throws {
        daemon = try await FakeDaemon.start()
    }

    /// Runs the command; `answer` gets each of its requests in turn.
    private func run(
        _ arguments: String..., answering answers: [(Request) throws -> Result<Reply, Refusal>]
    ) async throws -> Ended {
        let command = try ChildProcess.conductorctl(arguments, socket: daemon.path)
        let conversation = try await daemon.accept()
        for answer in answers {
            let (id, request) = try await conversation.nextRequest()
            switch try answer(request) {
            case .success(let reply): try await conversation.reply(reply, to: id)
            case .failure(let refusal): try await conversation.refuse(refusal, to: id)
            }
        }
        return await command.finish()
    }

    /// What a daemon finds for the id of a workflow.
    private static func named(_ text: String, ids: [String]? = nil, _ kind: WorkMatches.Kind = .id) throws
        -> WorkMatches
    {
        let workflows = try (ids ?? [text]).map { id in
            WorkflowRecord(
                workflowID: try #require(WorkflowID(id)), definition: WorkflowDefinition(name: text),
                inputs: .emptyObject, ownerUID: 0, startedAt: Timestamp(microseconds: 0))
        }
        return WorkMatches(kind, workflows: workflows)
    }

    @Test("what is ambiguous is listed, and nothing is done")
    func ambiguous() async throws {
        let found = try Self.named("release", ids: ["c972f0aa", "7f3a0001"], .name)
        let ended = try await run("cancel", "release", answering: [{ _ in .success(.matches(found, tasks: [])) }])
        #expect(ended.exit.status == 1)
        #expect(ended.errors.hasPrefix(#"conductorctl: "release" is ambiguous; say which by an id or a number:"#))
        for id in ["c972f0aa", "7f3a0001"] { #expect(ended.errors.contains(id)) }
    }

    @Test("are sent to no daemon but that of the user who is demanded, by an option or a variable")
    func demandedUser() async throws {
        let own = "\(getuid())", stranger = "\(getuid() + 1)"
        for (arguments, variable) in [(["--daemon-uid", stranger], own), ([], stranger)] {
            let ended = try await ChildProcess.conductorctl(
                arguments + ["ping"], socket: daemon.path, environment: ["CONDUCTOR_DAEMON_UID": variable]
            ).finish()
            #expect(ended.exit.status == 77)
            #expect(ended.errors.contains("belongs to uid \(own), and not to uid \(stranger)"))
            #expect(await (try daemon.accept()).next() == nil)
        }
        let ended = try await ChildProcess.conductorctl(
            ["ping"], socket: daemon.path, environment: ["CONDUCTOR_DAEMON_UID": "root"]
        ).finish()
        #expect(ended.exit.status == 2 && ended.errors.contains("CONDUCTOR_DAEMON_UID"))
    }

    @Test("a word that is no workflow and no task is an agent, and is paused as such")
    func pauseAgent() async throws {
        let id = try #require(AgentID("coder"))
        let now = Timestamp(microseconds: 0)
        let state = AgentState(
            agentID: id, agentType: .coding, capacity: 1, status: .idle, ownerUID: 0, pid: 1, at: now)
        let ended = try await run(
            "pause", "coder",
            answering: [
                { _ in .success(.matches(WorkMatches(.prefix), tasks: [])) }, { _ in .success(.agent(state)) },
                { request in
                    guard case .agentPause(id) = request else { throw Conversation.Surprise(what: "\(request)") }
                    return .success(.agent(state))
                },
            ])
        #expect(ended.exit.status == 0)
        #expect(ended.output == "agent coder is paused\n")
    }

    @Test("a denied gate is told with its comment; a workflow that is not held is a failure")
    func deny() async throws {
        let ended = try await run(
            "approve", "w", "--deny", "--comment", "not today",
            answering: [
                { _ in .success(.matches(try Self.named("w"), tasks: [])) },
                { request in
                    guard case .workflowApprove(let params) = request else {
                        throw Conversation.Surprise(what: "\(request)")
                    }
                    #expect(!params.approve && params.comment == "not today")
                    return .failure(Refusal(.conflict, "workflow w is not held at a gate"))
                },
            ])
        #expect(ended.exit.status == 1)
        #expect(ended.errors == "conductorctl: CONFLICT: workflow w is not held at a gate\n")
    }

    @Test("a retry takes what failed unless all is asked for, and has a key so that it may be asked for again")
    func retry() async throws {
        for (options, onlyFailed) in [([], true), (["--all"], false)] {
            let command = try ChildProcess.conductorctl(["retry", "w", "--detach"] + options, socket: daemon.path)
            let resolving = try await daemon.accept()
            let found = Reply.matches(try Self.named("w"), tasks: [])
            try await resolving.reply(found, to: try await resolving.nextRequest().id)
            let conversation = try await daemon.accept()
            let (id, request) = try await conversation.nextRequest()
            guard case .workflowRetry(let params) = request else {
                throw Conversation.Surprise(what: "\(request)")
            }
            #expect(params.onlyFailed == onlyFailed)
            #expect(params.requestKey != nil)
            try await conversation.refuse(Refusal(.conflict, "workflow w is still in progress"), to: id)
            #expect(await command.finish().exit.status == 1)
        }
    }

    @Test("dead letters are listed with nothing cut")
    func deadLetters() async throws {
        let letter = DeadLetter(
            id: try #require(DeadLetterID("00000000-0000-4000-8000-000000000001")),
            key: TaskKey(workflowID: WorkflowID("w"), taskID: try #require(TaskID("t"))),
            agentID: try #require(AgentID("a")), errorCode: "LLM_TIMEOUT", errorMessage: "no answer", attempt: 4,
            timestamp: Timestamp(microseconds: 0), task: .emptyObject)
        let ended = try await run(
            "dead-letters", answering: [{ _ in .success(.deadLetters([letter], nextCursor: nil)) }])
        #expect(
            ended.output == """
                DEAD LETTER                           TASK  ERROR        AGENT  ATTEMPT  ADDED
                00000000-0000-4000-8000-000000000001  w/t   LLM_TIMEOUT  a      4        1970-01-01T00:00:00Z

                """)
    }

    @Test("a list that is cut says so beside it, and how to go on", arguments: [[], ["--json"]])
    func cutList(options: [String]) async throws {
        let command = try ChildProcess.conductorctl(["workflows"] + options, socket: daemon.path)
        let conversation = try await daemon.accept()
        try await conversation.reply(.workflows([], nextCursor: 219), to: try await conversation.nextRequest().id)
        let ended = await command.finish()
        #expect(ended.exit.status == 0)
        #expect(ended.errors.contains("--before 219") == options.isEmpty)
    }

    @Test(
        "a daemon that takes a request and does not answer is told from one that works", arguments: ["ping", "status"])
    func silent(command: String) async throws {
        let command = try ChildProcess.conductorctl([command, "--timeout", "0.2"], socket: daemon.path)
        let conversation = try await daemon.accept()
        _ = try await conversation.nextRequest()
        let ended = await command.finish()
        #expect(ended.exit.status == 69)
        #expect(ended.errors.contains("has not answered within 0.2 s; it may be stopped or stuck"))
    }

    @Test("what had ended already is told as such, and its exit status is that of its outcome")
    func repeated() async throws {
        let command = try ChildProcess.conductorctl(
            ["dispatch", "--type", "coding", "--name", "n", "--id", "X"], socket: daemon.path)
        let conversation = try await daemon.accept()
        let result = TaskResult(
            taskID: try #require(TaskID("X")), agentID: try #require(AgentID("a")), status: .failed, attempt: 1,
            iteration: 0, startedAt: nil, completedAt: Timestamp(microseconds: 0), duration: .seconds(1))
        try await conversation.reply(
            .repeated(.recorded, .result(result)), to: try await conversation.nextRequest().id)
        let ended = await command.finish()
        #expect(ended.exit.status == 1)
        #expect(
            ended.output.hasPrefix(
                "task X had ended already, at 1970-01-01T00:00:00Z; nothing was run\nX failed by a in 1.0s"))
    }

    @Test("a task whose daemon goes away is asked for again, which is said")
    func lostConnection() async throws {
        let command = try ChildProcess.conductorctl(
            ["dispatch", "--type", "coding", "--name", "n", "--id", "X"], socket: daemon.path)
        let lost = try await daemon.accept()
        _ = try await lost.nextRequest()
        try await lost.close()
        let conversation = try await daemon.accept()
        let result = TaskResult(
            taskID: try #require(TaskID("X")), agentID: try #require(AgentID("a")), status: .completed, attempt: 1,
            iteration: 0, startedAt: nil, completedAt: Timestamp(microseconds: 0), duration: .seconds(1))
        try await conversation.reply(.result(result), to: try await conversation.nextRequest().id)
        let ended = await command.finish()
        #expect(ended.exit.status == 0)
        #expect(
            ended.errors == """
                conductorctl: the connection to conductord was lost; waiting for it to come back
                conductorctl: conductord is back

                """)
    }

    @Test("a dead letter that is not kept cannot be discarded")
    func discard() async throws {
        let ended = try await run(
            "dead-letters", "discard", "d1", "--json", answering: [{ _ in .success(.discarded(false)) }])
        #expect(ended.exit.status == 1)
        #expect(ended.output == #"{"discarded":false}"# + "\n")
        #expect(ended.errors.contains("NOT_FOUND"))
    }

    @Test("breakers tell what they mean")
    func breakers() async throws {
        let id = try #require(AgentID("coder"))
        let now = Timestamp(microseconds: 0)
        let breakers = [
            Breaker(agentID: id, state: .closed(failures: 2)), Breaker(agentID: id, state: .open(at: now, failures: 5)),
            Breaker(agentID: id, state: .halfOpen(openedAt: now, failures: 5, successes: 1)),
        ]
        let ended = try await run("breakers", answering: [{ _ in .success(.breakers(breakers)) }])
        #expect(
            ended.output == """
                AGENT  BREAKER    CHANGED               DETAIL
                coder  closed                           2 consecutive errors
                coder  open       1970-01-01T00:00:00Z  no tasks for now: 5 consecutive errors
                coder  half_open  1970-01-01T00:00:00Z  on trial; 1 completed

                """)
    }

    @Test("a request prints the response's payload as it was sent")
    func request() async throws {
        let ended = try await run(
            "request", "questions", "--type", "control", "--timeout", "2.5",
            answering: [
                { request in
                    guard case .busRequest(let params) = request else {
                        throw Conversation.Surprise(what: "\(request)")
                    }
                    #expect(params.channel == "questions" && params.timeout == .milliseconds(2500))
                    #expect(params.message.senderID == "conductorctl")
                    var response = BusMessage(.control, from: "a")
                    response.payload = try JSONText(parsing: #"{"n": 1.50}"#)
                    return .success(.busMessage(response))
                }
            ])
        #expect(ended.output == #"{"n": 1.50}"# + "\n")
    }

    @Test("metrics are Prometheus' text, or JSON where that is asked for", arguments: [[], ["--json"]])
    func metrics(options: [String]) async throws {
        let family = MetricsReport.Family("conductor_connections", "Open connections.", .gauge, [.init(2)])
        let command = try ChildProcess.conductorctl(["metrics"] + options, socket: daemon.path)
        let conversation = try await daemon.accept()
        let (id, request) = try await conversation.nextRequest()
        guard case .metricsGet(let format) = request else { throw Conversation.Surprise(what: "\(request)") }
        try await conversation.reply(.metrics(MetricsReport(families: [family]), format), to: id)
        let text =
            options.isEmpty
            ? """
            # HELP conductor_connections Open connections.
            # TYPE conductor_connections gauge
            conductor_connections 2

            """ : #"{"conductor_connections":2}"# + "\n"
        #expect(await command.finish().output == text)
    }
}
