import ConductorProtocol
import ConductorClient
import ConductorFakeDaemon
import ConductorJSON
import ConductorModel
import Testing

@testable import ConductorAgent

/// Does what its task's name says, and tells of it.
private struct ScriptedAgent: Agent {
    let started: AsyncStream<String>.Continuation

    func validate(_ assignment: TaskAssignment) async throws {
        if assignment.task.taskID?.description == "unsuitable" { throw AgentRejection("not for me") }
    }

    func execute(_ assignment: TaskAssignment, _ context: TaskContext) async throws -> TaskOutput {
        let id = assignment.task.taskID?.description ?? ""
        started.yield(id)
        switch id {
        case "report":
            await context.progress(percent: 50, "half")
            await context.log("a line")
        case "fail": throw TransientError("not now", code: "LLM_TIMEOUT")
        case "endless":
            // Until it is cancelled, which is what the tests wait for.
            while true {
                try await Task.sleep(for: .seconds(3600))
            }
        default: break
        }
        return TaskOutput(assignment.task.inputData)
    }
}

@Suite("An agent's runner", .timeLimit(.minutes(5)))
struct AgentRunnerTests {
    private let sleep = ManualSleep()
    private let daemon: FakeDaemon
    private let runner: AgentRunner
    private let started: AsyncStream<String>

    init() async throws {
        daemon = try await FakeDaemon.start()
        let started = AsyncStream<String>.makeStream()
        self.started = started.stream
        runner = AgentRunner(
            AgentRegistration(agentID: try #require(AgentID("a1")), agentType: .coding, capacity: 3),
            agent: ScriptedAgent(started: started.continuation),
            dependencies: AgentRunner.Dependencies(
                connect: { [path = daemon.path] in try await .connect(socket: path) },
                sleep: { [sleep] in try await sleep.sleep($0) }, random: { 0 }),
            backoff: Backoff(initial: .milliseconds(1), jitter: 0))
    }

    /// Takes the agent's next connection and registers it.
    private func register(adopting adopted: [String] = []) async throws -> (Conversation, AgentRegistration) {
        let conversation = try await daemon.accept()
        let (id, request) = try await conversation.nextRequest()
        guard case .agentRegister(let registration) = request else {
            throw Conversation.Surprise(what: "\(request)")
        }
        let agent = AgentState(
            agentID: registration.agentID, agentType: registration.agentType, capacity: registration.capacity,
            status: .idle, ownerUID: 0, pid: 1, at: Timestamp(microseconds: 0))
        try await conversation.reply(
            .registered(agent, lease: .seconds(30), adopted: adopted.compactMap { TaskID($0) }), to: id)
        return (conversation, registration)
    }

    private func completion(on conversation: Conversation) async throws -> (RequestID, TaskCompletion) {
        let (id, request) = try await conversation.nextRequest()
        guard case .taskComplete(let completion) = request else { throw Conversation.Surprise(what: "\(request)") }
        return (id, completion)
    }

    /// Tells the agent, which is at work, to finish, and answers its word that it will.
    private func stop(_ conversation: Conversation) async throws {
        runner.stop(.finishing)
        let (id, request) = try await conversation.nextRequest()
        try await drain(conversation, id, request)
    }

    private func drain(_ conversation: Conversation, _ id: RequestID, _ request: Request) async throws {
        guard case .agentDrain(let agentID) = request else { throw Conversation.Surprise(what: "\(request)") }
        let state = AgentState(
            agentID: agentID, agentType: .coding, capacity: 3, status: .idle, ownerUID: 0, pid: 1,
            at: Timestamp(microseconds: 0))
        try await conversation.reply(.agent(state), to: id)
    }

    /// Answers the last words of an agent that stops; one that still waits for an acknowledgement says first that it
    /// will stop.
    private func leave(_ conversation: Conversation) async throws {
        let (id, request) = try await conversation.nextRequest()
        guard case .agentUnregister = request else {
            try await drain(conversation, id, request)
            return try await leave(conversation)
        }
        try await conversation.reply(.unregistered(true), to: id)
    }

    private func running(_ body: () async throws -> Void) async throws {
        async let run: Void = runner.run()
        try await body()
        try await run
    }

    private func order(_ id: String, number: UInt64 = 1, timeout: Duration = .seconds(60)) throws -> Notification {
        .execute(try .sample(id, number: number, input: #"{"n":1.0}"#, timeout: timeout))
    }

    @Test("registers, executes, delivers, and unregisters when it is stopped")
    func life() async throws {
        try await running {
            let (conversation, registration) = try await register()
            #expect(registration.running.isEmpty)
            try await conversation.notify(try order("work"))
            let (id, completion) = try await completion(on: conversation)
            #expect(completion.status == .completed)
            #expect(completion.token == AttemptToken(high: 0xFEED, low: 1))
            #expect(completion.outputData.string == #"{"n":1.0}"#)
            try await stop(conversation)
            try await conversation.reply(.recorded, to: id)
            try await leave(conversation)
        }
    }

    @Test("makes of what the agent throws a failure with its code, or a rejection")
    func errors() async throws {
        try await running {
            let (conversation, _) = try await register()
            try await conversation.notify(try order("fail"))
            let (first, failure) = try await completion(on: conversation)
            #expect(failure.status == .failed)
            #expect(failure.errorCode == "LLM_TIMEOUT")
            #expect(failure.errorMessage == "not now")
            try await conversation.reply(.recorded, to: first)
            try await conversation.notify(try order("unsuitable", number: 2))
            let (second, rejection) = try await completion(on: conversation)
            #expect(rejection.status == .rejected)
            #expect(rejection.errorMessage == "not for me")
            try await conversation.reply(.recorded, to: second)
            runner.stop(.finishing)
            try await leave(conversation)
        }
    }

    @Test("tells progress and log lines of the attempt, before its result")
    func reports() async throws {
        try await running {
            let (conversation, _) = try await register()
            try await conversation.notify(try order("report"))
            guard case .progress(50, "half") = try await conversation.nextReport().content,
                case .log("log", "a line") = try await conversation.nextReport().content
            else { throw Conversation.Surprise(what: "another report") }
            let (id, _) = try await completion(on: conversation)
            try await conversation.reply(.recorded, to: id)
            runner.stop(.finishing)
            try await leave(conversation)
        }
    }

    @Test("sends a heartbeat after a third of the lease in which it said nothing")
    func heartbeat() async throws {
        try await running {
            let (conversation, _) = try await register()
            await sleep.pass(.seconds(10))
            await sleep.pass(.seconds(10))
            let (id, request) = try await conversation.nextRequest()
            #expect(request.methodName.description == "agent.heartbeat")
            try await conversation.reply(.empty, to: id)
            runner.stop(.finishing)
            try await leave(conversation)
        }
    }

    @Test("cancels the work when the daemon says so, and completes it as CANCELLED")
    func cancel() async throws {
        try await running {
            let (conversation, _) = try await register()
            try await conversation.notify(try order("endless"))
            for await _ in started { break }
            try await conversation.notify(
                .cancel(taskID: try #require(TaskID("endless")), workflowID: nil, attempt: 1, reason: "enough"))
            let (id, completion) = try await completion(on: conversation)
            #expect(completion.status == .failed)
            #expect(completion.errorCode == "CANCELLED")
            #expect(completion.errorMessage == "enough")
            try await conversation.reply(.recorded, to: id)
            runner.stop(.finishing)
            try await leave(conversation)
        }
    }

    @Test("ends work that takes longer than its timeout as TASK_TIMEOUT")
    func timeout() async throws {
        try await running {
            let (conversation, _) = try await register()
            try await conversation.notify(try order("endless", timeout: .seconds(77)))
            await sleep.pass(.seconds(77))
            let (id, completion) = try await completion(on: conversation)
            #expect(completion.errorCode == "TASK_TIMEOUT")
            try await conversation.reply(.recorded, to: id)
            runner.stop(.finishing)
            try await leave(conversation)
        }
    }

    @Test("connects again after a loss, names what runs and what is not acknowledged, and delivers that again")
    func reconnect() async throws {
        try await running {
            let (first, _) = try await register()
            try await first.notify(try order("endless", number: 1))
            try await first.notify(try order("work", number: 2))
            _ = try await completion(on: first)
            try await first.close()
            await sleep.pass(.milliseconds(1))
            let (second, registration) = try await register(adopting: ["endless", "work"])
            #expect(Set(registration.running.map(\.taskID.description)) == ["endless", "work"])
            #expect(Set(registration.running.map(\.token.low)) == [1, 2])
            let (id, again) = try await completion(on: second)
            #expect(again.taskID.description == "work")
            try await second.reply(.recorded, to: id)
            runner.stop(.cancelling)
            try await leave(second)
        }
    }

    @Test("connects again when the daemon says that it stops")
    func stopping() async throws {
        try await running {
            let (first, _) = try await register()
            try await first.notify(.stopping)
            #expect(await first.next() == nil)
            await sleep.pass(.milliseconds(1))
            let (second, _) = try await register()
            runner.stop(.finishing)
            try await leave(second)
        }
    }

    @Test("drops a result that the daemon calls stale")
    func stale() async throws {
        try await running {
            let (conversation, _) = try await register()
            try await conversation.notify(try order("work"))
            let (id, _) = try await completion(on: conversation)
            runner.stop(.finishing)
            try await conversation.refuse(Refusal(.staleAttempt, "too late"), to: id)
            try await leave(conversation)
        }
    }

    @Test("delivers again what the daemon could not store for now")
    func storageFull() async throws {
        try await running {
            let (conversation, _) = try await register()
            try await conversation.notify(try order("work"))
            let (first, _) = try await completion(on: conversation)
            try await conversation.refuse(Refusal(.storageFull, "no room"), to: first)
            await sleep.pass(.milliseconds(1))
            let (second, _) = try await completion(on: conversation)
            try await conversation.reply(.recorded, to: second)
            runner.stop(.finishing)
            try await leave(conversation)
        }
    }

    @Test("throws where its id is in use at the first start")
    func taken() async throws {
        async let run: Void = runner.run()
        let conversation = try await daemon.accept()
        let refusal = Refusal(.agentAlreadyRegistered, "a1 is registered")
        try await conversation.refuse(refusal, to: try await conversation.nextRequest().id)
        do {
            try await run
            Issue.record("the runner went on")
        } catch {
            #expect(error as? Refusal == refusal)
        }
    }

    @Test("returns what it has not begun, and what comes after its word")
    func returns() async throws {
        try await running {
            let (conversation, _) = try await register()
            try await conversation.notify(try order("endless"))
            for await _ in started { break }
            try await stop(conversation)
            try await conversation.notify(try order("late", number: 2))
            let (id, request) = try await conversation.nextRequest()
            guard case .taskReturn(let attempt) = request else { throw Conversation.Surprise(what: "\(request)") }
            #expect(attempt.taskID.description == "late")
            try await conversation.reply(.returned(true), to: id)
            runner.stop(.cancelling)
            try await leave(conversation)
        }
    }

    @Test("stays away where its heartbeat finds that it was unregistered, and ends without an error")
    func unregistered() async throws {
        try await running {
            let (conversation, _) = try await register()
            try await conversation.notify(try order("endless"))
            for await _ in started { break }
            await sleep.pass(.seconds(10))
            await sleep.pass(.seconds(10))
            let (id, _) = try await conversation.nextRequest()
            try await conversation.refuse(Refusal(.notFound, "there is no agent a1"), to: id)
        }
    }

    @Test("stops when the task that runs it is cancelled: the work ends and the agent is unregistered")
    func cancelled() async throws {
        let run = Task { try await runner.run() }
        let (conversation, _) = try await register()
        try await conversation.notify(try order("endless"))
        for await _ in started { break }
        run.cancel()
        try await leave(conversation)
        try await run.value
    }
}
