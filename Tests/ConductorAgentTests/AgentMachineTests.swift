import ConductorProtocol
import ConductorClient
import ConductorJSON
import ConductorModel
import Testing

@testable import ConductorAgent

@Suite("An agent's decisions")
struct AgentMachineTests {
    private let lost = ConnectionFault.lost(errno: nil)

    private func machine(capacity: Int = 2) throws -> AgentMachine {
        let registration = AgentRegistration(
            agentID: try #require(AgentID("a1")), agentType: .coding, capacity: capacity)
        return AgentMachine(
            registration: registration, backoff: Backoff(initial: .seconds(1), jitter: 0), random: { 0 })
    }

    private func completed(_ assignment: TaskAssignment) throws -> TaskCompletion {
        TaskCompletion(try #require(AttemptName(assignment)), completedWith: TaskOutput())
    }

    /// Actions in short: `execute t1`, `deliver t1`.
    private func short(_ actions: [AgentMachine.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .connect(let registration):
                (registration.isDraining ? "connect draining " : "connect ")
                    + registration.running.map(\.taskID.description).joined(separator: ",")
            case .wait(let delay): "wait \(delay.inSeconds)"
            case .execute(let assignment): "execute \(assignment.task.taskID?.description ?? "")"
            case .cancel(let token, let reason): "cancel \(token.low) \(reason)"
            case .deliver(let completion): "deliver \(completion.taskID) \(completion.status.rawValue)"
            case .unregister: "unregister"
            case .drain: "drain"
            case .giveBack(let attempt): "return \(attempt.taskID)"
            case .end(.stopped): "end"
            case .end(.unregistered): "end unregistered"
            case .end(.failed): "end failing"
            }
        }
    }

    private func registered(_ adopted: String...) -> AgentMachine.Input {
        .registered(lease: .seconds(30), adopted: adopted.compactMap { TaskID($0) })
    }

    @Test("execute up to the capacity at once, and the next as a slot becomes free")
    func capacity() throws {
        var machine = try machine(capacity: 1)
        let one = try TaskAssignment.sample("t1", number: 1), two = try TaskAssignment.sample("t2", number: 2)
        _ = machine.handle(registered())
        #expect(short(machine.handle(.order(.execute(one)))) == ["execute t1"])
        #expect(short(machine.handle(.order(.execute(two)))) == [])
        #expect(short(machine.handle(.finished(try completed(one)))) == ["deliver t1 completed", "execute t2"])
    }

    @Test("do not execute an order twice")
    func repeatedOrder() throws {
        var machine = try machine()
        let one = try TaskAssignment.sample()
        _ = machine.handle(registered())
        _ = machine.handle(.order(.execute(one)))
        #expect(short(machine.handle(.order(.execute(one)))) == [])
    }

    @Test("name after a loss what runs and what is not acknowledged, and deliver that again")
    func redelivery() throws {
        var machine = try machine()
        let one = try TaskAssignment.sample("t1", number: 1), two = try TaskAssignment.sample("t2", number: 2)
        _ = machine.handle(registered())
        _ = machine.handle(.order(.execute(one)))
        _ = machine.handle(.order(.execute(two)))
        _ = machine.handle(.finished(try completed(one)))
        #expect(short(machine.handle(.disconnected(lost))) == ["wait 1.0"])
        #expect(short(machine.handle(.waited)) == ["connect t1,t2"])
        #expect(short(machine.handle(registered("t1", "t2"))) == ["deliver t1 completed"])
        _ = machine.handle(.acknowledged(one.token))
        _ = machine.handle(.disconnected(lost))
        #expect(short(machine.handle(.waited)) == ["connect t2"])
    }

    @Test("keep what is finished without a connection for the next one")
    func finishedOffline() throws {
        var machine = try machine()
        let one = try TaskAssignment.sample()
        _ = machine.handle(registered())
        _ = machine.handle(.order(.execute(one)))
        _ = machine.handle(.disconnected(lost))
        #expect(short(machine.handle(.finished(try completed(one)))) == [])
        _ = machine.handle(.waited)
        #expect(short(machine.handle(registered("t1"))) == ["deliver t1 completed"])
    }

    @Test("drop what the daemon does not adopt: running work is cancelled and its result not delivered")
    func notAdopted() throws {
        var machine = try machine()
        let one = try TaskAssignment.sample("t1", number: 1), two = try TaskAssignment.sample("t2", number: 2)
        _ = machine.handle(registered())
        _ = machine.handle(.order(.execute(one)))
        _ = machine.handle(.order(.execute(two)))
        _ = machine.handle(.finished(try completed(two)))
        _ = machine.handle(.disconnected(lost))
        _ = machine.handle(.waited)
        #expect(short(machine.handle(registered())) == ["cancel 1 the daemon gave the work up"])
        #expect(short(machine.handle(.finished(try completed(one)))) == [])
    }

    @Test("end where the id is in use at the first start")
    func taken() throws {
        var machine = try machine()
        let refusal = Refusal(.agentAlreadyRegistered, "a1 is registered")
        #expect(short(machine.handle(.disconnected(refusal))) == ["end failing"])
    }

    @Test("ask for a while where the id is in use after a loss, then end")
    func takenAfterLoss() throws {
        var machine = try machine()
        let refusal = Refusal(.agentAlreadyRegistered, "a1 is registered")
        _ = machine.handle(registered())
        _ = machine.handle(.disconnected(lost))
        var waits = 0
        while case .wait? = machine.handle(.disconnected(refusal)).first { waits += 1 }
        #expect(waits > 3)
    }

    @Test("end where the daemon was never there, and go on trying where it once was")
    func neverThere() throws {
        var fresh = try machine()
        let absent = ConnectionFault.notReachable(path: "/x", errno: 2)
        #expect(short(fresh.handle(.disconnected(absent))) == ["end failing"])
        var known = try machine()
        _ = known.handle(registered())
        for _ in 0..<100 { #expect(short(known.handle(.disconnected(absent))).first?.hasPrefix("wait") == true) }
    }

    @Test("end where waiting does not heal the refusal")
    func denied() throws {
        var machine = try machine()
        _ = machine.handle(registered())
        #expect(short(machine.handle(.disconnected(Refusal(.permissionDenied, "no")))) == ["end failing"])
    }

    @Test("cancel only the attempt that is meant")
    func cancel() throws {
        var machine = try machine()
        _ = machine.handle(registered())
        _ = machine.handle(.order(.execute(try .sample("t1", number: 1))))
        _ = machine.handle(.order(.execute(try .sample("t1", number: 2, workflowID: "w1"))))
        let cancellation = AgentCommand.Cancellation(
            taskID: try #require(TaskID("t1")), workflowID: WorkflowID("w1"), attempt: 1, reason: "enough")
        #expect(short(machine.handle(.order(.cancel(cancellation)))) == ["cancel 2 enough"])
    }

    @Test("stop, cancelling: what runs is handed back without a result")
    func stopCancelling() throws {
        var machine = try machine()
        let one = try TaskAssignment.sample()
        _ = machine.handle(registered())
        _ = machine.handle(.order(.execute(one)))
        #expect(short(machine.handle(.stop(.cancelling))) == ["cancel 1 the agent stops"])
        #expect(short(machine.handle(.finished(try completed(one)))) == ["unregister"])
    }

    @Test("stop at once without a connection")
    func stopOffline() throws {
        var machine = try machine()
        _ = machine.handle(registered())
        _ = machine.handle(.disconnected(lost))
        #expect(short(machine.handle(.stop(.finishing))) == ["end"])
    }

    @Test("stop while connecting: unregister what may be registered, or end when told again")
    func stopConnecting() throws {
        var patient = try machine()
        #expect(short(patient.handle(.stop(.finishing))) == [])
        #expect(short(patient.handle(registered())) == ["unregister"])
        var urgent = try machine()
        _ = urgent.handle(.stop(.finishing))
        #expect(short(urgent.handle(.stop(.cancelling))) == ["end"])
    }

    @Test("hold what the system has no room for until other work has ended, and probe for more room then")
    func shortage() throws {
        var machine = try machine(capacity: 4)
        let work = try (1...4).map { try TaskAssignment.sample("t\($0)", number: UInt64($0)) }
        let shortage = ResourceShortage("too many open files")
        _ = machine.handle(registered())
        for one in work { _ = machine.handle(.order(.execute(one))) }
        #expect(short(machine.handle(.unstarted(work[2], shortage))) == [])
        #expect(short(machine.handle(.unstarted(work[3], shortage))) == [])
        let actions = machine.handle(.finished(try completed(work[0])))
        #expect(short(actions) == ["deliver t1 completed", "execute t3", "execute t4"])
    }

    @Test("fail for now what the system has no room for where nothing else runs")
    func shortageAlone() throws {
        var machine = try machine()
        let one = try TaskAssignment.sample()
        _ = machine.handle(registered())
        _ = machine.handle(.order(.execute(one)))
        let completions = machine.handle(.unstarted(one, ResourceShortage("none left"))).compactMap { action in
            if case .deliver(let completion) = action { completion } else { nil }
        }
        #expect(completions.map(\.errorCode) == ["TRANSIENT_ERROR"])
        #expect(completions.map(\.errorMessage) == ["none left"])
    }

    @Test("end where somebody unregistered the agent, whatever runs")
    func unregistered() throws {
        var machine = try machine()
        _ = machine.handle(registered())
        _ = machine.handle(.order(.execute(try .sample())))
        #expect(short(machine.handle(.disconnected(Refusal(.notFound, "no agent")))) == ["end unregistered"])
    }
}
