import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("An agent's breaker")
struct BreakerTests {
    private static let error = WorkAnswer.failed("TRANSIENT_ERROR", "again")

    @Test(
        "counts errors in a row and opens at the fifth; a success begins anew, a plain FAILED result is neither",
        arguments: [
            ("EEEE", Breaker.State.closed(failures: 4)), ("EEEECE", .closed(failures: 1)),
            ("EEFEFE", .closed(failures: 4)), ("FFFFFF", .closed(failures: 0)), ("EERREE", .closed(failures: 4)),
            ("RRRRRR", .closed(failures: 0)),
        ])
    func counting(answers: String, state: Breaker.State) throws {
        var scene = Scene.patient("coder")
        for answer in answers {
            switch answer {
            case "E": scene.tryOnce(Self.error)
            case "R": scene.tryOnce(.rejected("no"))
            case "F": scene.tryOnce(.failed("MINE", "no"))
            default: scene.tryOnce(.completed)
            }
        }
        #expect(try scene.breaker("coder") == state)
        #expect(!scene.kinds.contains(.breakerOpened))
        scene.tryOnce(Self.error)
        let isOpen = if case .open = try scene.breaker("coder") { true } else { false }
        #expect(isOpen == (state == .closed(failures: 4)))
        #expect(scene.kinds.contains(.breakerOpened) == isOpen)
    }

    @Test("counts attempts that time out")
    func timeouts() throws {
        var scene = Scene.patient("coder", capacity: 5)
        for _ in 0..<5 {
            scene.dispatch(
                task("t", .coding) {
                    $0.retry = .never; $0.timeout = .seconds(5)
                })
        }
        scene.wait(.seconds(5))
        #expect(try scene.breaker("coder") == .open(at: scene.now.wall, failures: 5))
    }

    @Test("counts one error for each time that the agent is lost, however many attempts it takes along")
    func losses() throws {
        var scene = Scene.patient("coder", capacity: 5)
        for number in 1...5 {
            for _ in 0..<5 { scene.dispatch(task("t", .coding) { $0.retry = .never }) }
            scene.disconnect("coder")
            scene.wait(.seconds(60))
            #expect(scene.agent("coder")?.errorCount == number * 5)
            let isOpen = if case .open = try scene.breaker("coder") { true } else { false }
            #expect(isOpen == (number == 5))
            scene.register("coder", .coding, capacity: 5)
        }
    }

    @Test("keeps work from its agent while it is open: what may wait waits, the rest is NO_AVAILABLE_AGENT")
    func open() throws {
        var scene = Scene.patient("coder")
        scene.tripBreaker()
        let refused = scene.dispatch(task("hasty", .coding))
        #expect(try scene.refusal(refused).code == .noAvailableAgent)
        #expect(try scene.refusal(refused).details["registered"] == .number(1))
        scene.enqueue(task("patient", .coding))
        #expect(!scene.started.contains("patient"))
        guard case .success(.agents(let free, nil)) = scene.ask(.agentList(AgentQuery(available: true))) else {
            throw Missing("the agents")
        }
        #expect(free.isEmpty)
        scene.wait(.milliseconds(59_999))
        #expect(!scene.started.contains("patient"))
        scene.wait(.milliseconds(1))
        #expect(scene.started.last == "patient")
    }

    @Test("lets work through on trial after a minute, and closes at the second success")
    func halfOpen() throws {
        var scene = Scene.patient("coder")
        scene.tripBreaker()
        let opened = scene.now.wall
        scene.wait(.seconds(60))
        #expect(try scene.breaker("coder") == .halfOpen(openedAt: opened, failures: 5, successes: 0))
        scene.tryOnce(.completed)
        #expect(try scene.breaker("coder") == .halfOpen(openedAt: opened, failures: 5, successes: 1))
        scene.tryOnce(.failed("MINE", "plain data"))
        #expect(try scene.breaker("coder") == .halfOpen(openedAt: opened, failures: 5, successes: 1))
        scene.tryOnce(.completed)
        #expect(try scene.breaker("coder") == .closed(failures: 0))
        let told = scene.kinds.filter { [.breakerOpened, .breakerHalfOpened, .breakerClosed].contains($0) }
        #expect(told == [.breakerOpened, .breakerHalfOpened, .breakerClosed])
        #expect(scene.stored.breakers.isEmpty)
    }

    @Test("opens for another minute at one error on trial")
    func reopened() throws {
        var scene = Scene.patient("coder")
        scene.tripBreaker()
        scene.wait(.seconds(60))
        scene.tryOnce(.completed)
        scene.tryOnce(Self.error)
        #expect(try scene.breaker("coder") == .open(at: scene.now.wall, failures: 5))
        scene.wait(.seconds(59))
        #expect(try scene.refused() == .noAvailableAgent)
        scene.wait(.seconds(1))
        #expect(try scene.complete().status == .completed)
    }

    @Test("is closed by an operator, and what waited is given out")
    func reset() throws {
        var scene = Scene.patient("coder")
        scene.tripBreaker()
        scene.enqueue(task("patient", .coding))
        guard case .success(.breaker(let breaker)) = scene.ask(.breakerReset(id("coder"))) else {
            throw Missing("the breaker")
        }
        #expect(breaker == Breaker(agentID: id("coder")))
        #expect(scene.started.last == "patient")
        scene.ask(.breakerReset(id("coder")))
        #expect(scene.kinds.filter { $0 == .breakerClosed }.count == 1)
        scene.wait(.seconds(60))
        #expect(!scene.kinds.contains(.breakerHalfOpened))
        #expect(scene.ask(.breakerReset(id("nobody")))?.refusal?.code == .notFound)
    }

    @Test("stays open over a crash for the time that was left")
    func overCrash() throws {
        var scene = Scene.patient("coder")
        scene.tripBreaker()
        let opened = scene.now.wall
        scene.wait(.seconds(20))
        scene.restart(after: .seconds(10))
        scene.register("coder", .coding)
        #expect(try scene.breaker("coder") == .open(at: opened, failures: 5))
        scene.wait(.milliseconds(29_999))
        #expect(try scene.refused() == .noAvailableAgent)
        scene.wait(.milliseconds(1))
        #expect(try scene.breaker("coder") == .halfOpen(openedAt: opened, failures: 5, successes: 0))
    }

    @Test("counts on over a crash")
    func countOverCrash() throws {
        var scene = Scene.patient("coder")
        for _ in 0..<4 { scene.tryOnce(Self.error) }
        scene.restart()
        scene.register("coder", .coding)
        scene.tryOnce(Self.error)
        #expect(try scene.breaker("coder") == .open(at: scene.now.wall, failures: 5))
    }

    @Test("outlives the daemon's stop, which clears its agent, but not the agent's unregistering")
    func overStop() throws {
        var scene = Scene.patient("coder")
        scene.tripBreaker()
        scene.feed(.stop)
        scene.restart()
        #expect(scene.agent("coder") == nil)
        #expect(try scene.breaker("coder") == .open(at: scene.now.wall, failures: 5))
        scene.register("coder", .coding)
        #expect(try scene.refused() == .noAvailableAgent)
        scene.ask(.agentUnregister(id("coder")))
        #expect(scene.stored.breakers.isEmpty)
        scene.register("coder", .coding)
        #expect(try scene.breaker("coder") == .closed(failures: 0))
        #expect(scene.engine.nextDeadline != nil)
        scene.wait(.seconds(60))
        #expect(!scene.kinds.contains(.breakerHalfOpened))
    }

    @Test("of an agent that never came back is not kept past the next stop")
    func forgotten() throws {
        var scene = Scene.patient("coder")
        scene.tripBreaker()
        scene.feed(.stop)
        scene.restart()
        scene.feed(.stop)
        #expect(scene.stored.breakers.isEmpty)
    }

    @Test("closed is preferred to one on trial, however recently its agent was used")
    func preference() throws {
        var scene = Scene.patient("a")
        scene.tripBreaker()
        scene.register("b", .coding)
        scene.wait(.seconds(60))
        for _ in 0..<3 { #expect(try scene.complete().agentID == id("b")) }
        scene.dispatch(task("held", .coding))
        #expect(try scene.complete().agentID == id("a"))
    }

    @Test("open buries nothing: an error that still comes from its agent is retried, and the retry waits for it")
    func stillComes() throws {
        var scene = Scene.patient("coder", capacity: 6)
        let caller = scene.dispatch(task("late", .coding))
        scene.tripBreaker()
        let before = try scene.deadLetters().count
        scene.answer(try scene.order("late"), Self.error)
        #expect(try scene.deadLetters().count == before)
        scene.wait(.seconds(59))
        #expect(scene.answer(to: caller) == nil)
        scene.wait(.seconds(1))
        scene.answer(try scene.order("late"))
        #expect(try scene.result(caller).attempt == 2)
    }

    @Test("that opens while a task is to be tried again makes the task wait for it")
    func retryWaits() throws {
        var scene = Scene.patient("coder", capacity: 5)
        let callers = (0..<5).map { _ in scene.dispatch(task("t", .coding)) }
        for order in scene.assignments { scene.answer(order, Self.error) }
        scene.wait(.seconds(59))
        #expect(scene.orders.count == 5)
        scene.wait(.seconds(1))
        scene.workThrough()
        for caller in callers { #expect(try scene.result(caller).status == .completed) }
    }
}
