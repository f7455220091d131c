import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Testing

@Suite("Errors", .timeLimit(.minutes(5)))
struct ErrorHandlingTests {
    private func definition(_ name: String, retries: Int, delay: Duration = .zero) throws -> TaskDefinition {
        var task = TaskDefinition(name: name, assignedTo: .coding)
        task.taskID = TaskID(name)
        task.retry = RetryPolicy()
        task.retry?.maxRetries = retries
        task.retry?.initialDelay = delay
        return task
    }

    /// Has tasks fail until the agent's breaker is open.
    private func tripBreaker(of agent: TestAgent, _ client: ConductorClient) async throws {
        for index in 0..<BreakerSettings().failuresToOpen {
            _ = try await client.dispatchDetached(try definition("trip-\(index)", retries: 0))
            try await agent.fail(try await agent.nextAssignment())
        }
    }

    @Test("that may pass are tried again after a wait that grows, until the task completes")
    func backoff() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await TestAgent("coder", .coding, on: daemon)
        let client = try await daemon.connect()
        let subscription = try await client.subscribe(EventFilter(kinds: ["task.started", "task.retrying"]))
        let task = try definition("t", retries: 3, delay: .milliseconds(50))
        async let result = client.dispatch(task)
        for _ in 0..<3 { try await agent.fail(try await agent.nextAssignment()) }
        try await agent.complete(try await agent.nextAssignment())
        #expect(try await result.status == .completed)
        #expect(try await result.attempt == 4)

        var delays: [Double] = []
        var ends: [Timestamp] = []
        var starts: [Timestamp] = []
        for try await event in subscription.events {
            if event.kind == "task.retrying" {
                delays.append(event.data["delay_seconds"]?.double ?? 0)
                ends.append(event.timestamp)
            } else {
                starts.append(event.timestamp)
            }
            if starts.count == 4 { break }
        }
        for (delay, least) in zip(delays, [0.05, 0.1, 0.2]) { #expect((least...least * 1.1).contains(delay)) }
        for (index, end) in ends.enumerated() {
            // The wall's clock and the one that is waited by may differ by a little.
            #expect((starts[index + 1] - end).inSeconds >= delays[index] - 0.01)
        }
    }

    @Test("that do not pass leave a dead letter, which outlives kill -9 and is redriven")
    func deadLetter() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await TestAgent("coder", .coding, on: daemon)
        let client = try await daemon.connect()
        let announcements = try await client.messages(on: "conductor:dlq")
        let failing = try definition("t", retries: 1)
        let id = try await client.dispatchDetached(failing)
        for _ in 0..<2 { try await agent.fail(try await agent.nextAssignment()) }
        var announced: String?
        for try await message in announcements {
            announced = try message.payload.parsed()["dead_letter_id"]?.string
            break
        }
        await daemon.crash()

        let next = try await DaemonProcess(in: daemon.folder)
        let clientAgain = try await next.connect()
        let agentAgain = try await TestAgent("coder", .coding, on: next)
        let letters = try await clientAgain.deadLetters().letters
        let letter = try #require(letters.first)
        #expect(letters.count == 1 && letter.id.description == announced)
        #expect(letter.errorCode == "TRANSIENT_ERROR" && letter.attempt == 2)
        #expect(letter.task == failing.jsonText || letter.key.taskID == id)
        #expect(try await clientAgain.status().counts.deadLetters == 1)
        #expect(try await clientAgain.redrive(DeadLetterRedrive(id: letter.id)) == id)
        let assignment = try await agentAgain.nextAssignment()
        #expect(assignment.attempt == 3)
        try await agentAgain.complete(assignment)
        let done = try await clientAgain.task(TaskKey(taskID: id))
        #expect(done.result?.status == .completed)
        #expect(done.result?.iteration == 1)
        #expect(try await clientAgain.deadLetters().letters.isEmpty)
        await #expect {
            _ = try await clientAgain.redrive(DeadLetterRedrive(id: letter.id))
        } throws: {
            ($0 as? Refusal)?.code == .notFound
        }
    }

    @Test("are discarded when nobody wants them")
    func discarded() async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        let agent = try await TestAgent("coder", .coding, on: daemon)
        let client = try await daemon.connect()
        for name in ["a", "b", "c"] {
            _ = try await client.dispatchDetached(try definition(name, retries: 0))
            try await agent.fail(try await agent.nextAssignment())
        }
        let first = try await client.deadLetters(Page(limit: 2))
        #expect(first.letters.map(\.key.taskID.description) == ["c", "b"])
        let second = try await client.deadLetters(Page(limit: 2, before: first.next))
        #expect(second.letters.map(\.key.taskID.description) == ["a"] && second.next == nil)
        let letter = try #require(second.letters.first)
        #expect(try await client.discard(letter.id))
        #expect(try await !client.discard(letter.id))
        #expect(try await client.deadLetters().letters.count == 2)
    }

    @Test("in a row open their agent's breaker, which stays open over crash and stop until it is reset")
    func breaker() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await TestAgent("coder", .coding, on: daemon)
        let client = try await daemon.connect()
        try await tripBreaker(of: agent, client)
        let open = try #require(try await client.breakers().first)
        #expect(open.isOpen)
        await daemon.crash()

        let afterCrash = try await DaemonProcess(in: daemon.folder)
        _ = try await TestAgent("coder", .coding, on: afterCrash)
        #expect(try await afterCrash.connect().breakers() == [open])
        await afterCrash.stop()

        let afterStop = try await DaemonProcess(in: daemon.folder)
        let agentAgain = try await TestAgent("coder", .coding, on: afterStop)
        let clientAgain = try await afterStop.connect()
        #expect(try await clientAgain.breakers() == [open])
        await #expect {
            _ = try await clientAgain.dispatch(TaskDefinition(name: "hasty", assignedTo: .coding))
        } throws: {
            ($0 as? Refusal)?.code == .noAvailableAgent
        }
        let waiting = Task {
            try await clientAgain.dispatch(TaskDefinition(name: "patient", assignedTo: .coding), whenBusy: .queue)
        }
        #expect(try await !clientAgain.resetBreaker(of: open.agentID).isOpen)
        try await agentAgain.complete(try await agentAgain.nextAssignment())
        #expect(try await waiting.value.status == .completed)
    }

    @Test("are counted in the metrics, as text that Prometheus reads and as JSON")
    func metrics() async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        let agent = try await TestAgent("coder", .coding, on: daemon)
        let client = try await daemon.connect()
        try await tripBreaker(of: agent, client)
        let text = try await client.metricsText()
        #expect(text.contains("\n# TYPE conductor_events_total counter\nconductor_events_total "))
        #expect(text.contains("\nconductor_dead_letters 5\n"))
        #expect(text.contains("\nconductor_breakers_open 1\n"))
        #expect(text.contains("\nconductor_connections 2\n"))
        let metrics = try await client.metrics().parsed()
        #expect(metrics["conductor_tasks"]?["failed"]?.integer == 5)
    }
}
