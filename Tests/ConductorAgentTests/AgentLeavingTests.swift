import ConductorProtocol
import ConductorClient
import ConductorModel
import Testing

@testable import ConductorAgent

@Suite("An agent that is told to stop")
struct AgentLeavingTests {
    private let lost = ConnectionFault.lost(errno: nil)

    /// Registered, and at work on `t1`; `t2` waits for the only slot.
    private func atWork(holding second: Bool = false) throws -> AgentMachine {
        let registration = AgentRegistration(agentID: try #require(AgentID("a1")), agentType: .coding, capacity: 1)
        var machine = AgentMachine(
            registration: registration, backoff: Backoff(initial: .seconds(1), jitter: 0), random: { 0 })
        _ = machine.handle(.registered(lease: .seconds(30), adopted: []))
        _ = machine.handle(.order(.execute(try .sample("t1", number: 1))))
        if second { _ = machine.handle(.order(.execute(try .sample("t2", number: 2)))) }
        return machine
    }

    private func completed(_ id: String, number: UInt64) throws -> TaskCompletion {
        TaskCompletion(try #require(AttemptName(try .sample(id, number: number))), completedWith: TaskOutput())
    }

    private func registered(_ adopted: String...) -> AgentMachine.Input {
        .registered(lease: .seconds(30), adopted: adopted.compactMap { TaskID($0) })
    }

    /// Those actions that a daemon sees, in short.
    private func seen(_ actions: [AgentMachine.Action]) -> [String] {
        actions.compactMap { action in
            switch action {
            case .connect(let registration):
                (registration.isDraining ? "connect draining " : "connect ")
                    + registration.running.map(\.taskID.description).joined(separator: ",")
            case .deliver(let completion): "deliver \(completion.taskID)"
            case .drain: "drain"
            case .giveBack(let attempt): "return \(attempt.taskID)"
            case .unregister: "unregister"
            case .end: "end"
            case .wait, .execute, .cancel: nil
            }
        }
    }

    @Test("says so, returns what it has not begun, finishes what runs, and unregisters then")
    func finishing() throws {
        var machine = try atWork(holding: true)
        #expect(seen(machine.handle(.stop(.finishing))) == ["drain"])
        #expect(seen(machine.handle(.drained)) == ["return t2"])
        #expect(seen(machine.handle(.returned(AttemptToken(high: 0xFEED, low: 2)))) == [])
        #expect(seen(machine.handle(.finished(try completed("t1", number: 1)))) == ["deliver t1"])
        #expect(seen(machine.handle(.acknowledged(AttemptToken(high: 0xFEED, low: 1)))) == ["unregister"])
    }

    @Test("returns an order that crosses its word, once the daemon has heard it")
    func crossing() throws {
        var machine = try atWork()
        _ = machine.handle(.stop(.finishing))
        #expect(seen(machine.handle(.order(.execute(try .sample("t3", number: 3))))) == [])
        #expect(seen(machine.handle(.drained)) == ["return t3"])
        #expect(seen(machine.handle(.order(.execute(try .sample("t4", number: 4))))) == ["return t4"])
    }

    @Test("goes on working while the daemon is away, registers as draining, and delivers")
    func daemonAway() throws {
        var machine = try atWork(holding: true)
        _ = machine.handle(.disconnected(lost))
        #expect(seen(machine.handle(.stop(.finishing))) == [])
        #expect(seen(machine.handle(.waited)) == ["connect draining t1,t2"])
        #expect(seen(machine.handle(.finished(try completed("t1", number: 1)))) == [])
        #expect(seen(machine.handle(registered("t1", "t2"))) == ["deliver t1", "return t2"])
    }

    @Test("says so on a connection that was on its way when it was told")
    func connecting() throws {
        var machine = try atWork()
        _ = machine.handle(.disconnected(lost))
        _ = machine.handle(.waited)
        #expect(seen(machine.handle(.stop(.finishing))) == [])
        #expect(seen(machine.handle(registered("t1"))) == ["drain"])
    }

    @Test("waits for the daemon as long as it works, and then for a minute")
    func patience() throws {
        var machine = try atWork()
        _ = machine.handle(.disconnected(lost))
        _ = machine.handle(.stop(.finishing))
        for _ in 0..<200 {
            let isWaiting = if case .wait? = machine.handle(.disconnected(lost)).first { true } else { false }
            #expect(isWaiting)
        }
        _ = machine.handle(.finished(try completed("t1", number: 1)))
        var waited = Duration.zero
        while case .wait(let delay)? = machine.handle(.disconnected(lost)).first { waited += delay }
        #expect(waited >= AgentMachine.leavingPatience)
        #expect(waited < AgentMachine.leavingPatience * 2)
        #expect(seen(machine.handle(.waited)) == [])
    }

    @Test("is gone at once where the daemon is away and nothing runs")
    func idleAndAway() throws {
        var machine = try atWork()
        _ = machine.handle(.finished(try completed("t1", number: 1)))
        _ = machine.handle(.acknowledged(AttemptToken(high: 0xFEED, low: 1)))
        _ = machine.handle(.disconnected(lost))
        #expect(seen(machine.handle(.stop(.finishing))) == ["end"])
    }

    @Test("again, and more urgently, cancels what runs and unregisters")
    func cancelling() throws {
        var machine = try atWork(holding: true)
        _ = machine.handle(.stop(.finishing))
        _ = machine.handle(.stop(.cancelling))
        #expect(seen(machine.handle(.finished(try completed("t1", number: 1)))) == ["unregister"])
    }
}
