import ConductorBridge
import ConductorModel
import ConductorProtocol
import Testing

@Suite("The owner's side of a bridge")
struct OwnerMachineTests {
    @Test("it registers when another host has room, with as much capacity as that has")
    func registers() {
        var scene = OwnerScene()
        scene.wait(.seconds(10))
        #expect(scene.registrations.isEmpty)
        scene.open(room: 3)
        #expect(scene.registrations.map(\.capacity) == [3])
    }

    @Test("where the room changes it drains the agent first, and then registers it anew")
    func capacity() {
        var scene = OwnerScene()
        scene.open(room: 1)
        scene.report(room: 3)
        scene.wait(.seconds(5))
        #expect(scene.drains.count == 1)
        #expect(scene.registrations.count == 1)
        scene.feed(.drained(OwnerScene.seat))
        #expect(scene.registrations.map(\.capacity) == [1, 3])
    }

    @Test("a claim is answered when it is recorded, and each attempt has one")
    func claims() throws {
        var scene = OwnerScene()
        scene.open()
        scene.execute("a")
        let claim = try scene.claim()
        #expect(scene.book.map(\.claim) == [claim])
        #expect(scene.request() == nil)
    }

    @Test("the same request gets the same claim, and an old one none")
    func repeats() throws {
        var scene = OwnerScene()
        scene.open()
        scene.execute("a")
        scene.execute("b")
        let claim = try scene.claim(1)
        #expect(scene.request(1) == claim)
        scene.answer(claim, "a")
        scene.feed(.completed(token("a", 1)))
        #expect(scene.request(1) == nil)
        #expect(scene.request(2) != nil)
    }

    @Test("a host that the configuration does not name gets nothing, and no answer")
    func strangers() throws {
        var scene = OwnerScene()
        scene.open()
        scene.execute("a")
        let count = scene.said.count
        let name = RequestName(session: 1, number: 1)
        scene.feed(.received(.request(name, .coding), from: host("stranger")))
        #expect(scene.said.count == count)
    }

    @Test("an answer is told to the daemon, and settled when that has it")
    func answers() throws {
        var scene = OwnerScene()
        scene.open()
        scene.execute("a")
        let claim = try scene.claim()
        scene.answer(claim, "a")
        #expect(scene.completions.map(\.token) == [token("a", 1)])
        #expect(scene.lastSettled == nil)
        scene.wait(.seconds(4))
        #expect(scene.completions.count == 2)
        scene.feed(.completed(token("a", 1)))
        #expect(scene.lastSettled == true)
        #expect(scene.book.isEmpty)
        scene.answer(claim, "a")
        #expect(scene.lastSettled == false)
    }

    @Test("an answer from another host than the claim's changes nothing")
    func forgedAnswers() throws {
        var scene = OwnerScene()
        scene.open()
        scene.execute("a")
        let claim = try scene.claim()
        scene.answer(claim, "a", from: host("stranger"))
        #expect(scene.completions.isEmpty)
    }

    @Test("a claim that is not renewed is lost with its attempt, and its late answer is refused")
    func lease() throws {
        var scene = OwnerScene()
        scene.open()
        scene.execute("a")
        let claim = try scene.claim()
        scene.wait(.seconds(10))
        scene.report(claims: [claim])
        scene.wait(.seconds(10))
        #expect(scene.completions.isEmpty)
        scene.wait(.seconds(10))
        #expect(scene.completions.map(\.errorCode) == ["AGENT_LOST"])
        scene.answer(claim, "a")
        #expect(scene.lastSettled == false)
        #expect(scene.completions.map(\.errorCode) == ["AGENT_LOST"])
    }

    @Test("what the daemon cancels, the worker is told to stop")
    func cancels() throws {
        var scene = OwnerScene()
        scene.open()
        scene.execute("a")
        let claim = try scene.claim()
        let order = AttemptCancellation(
            taskID: try #require(TaskID("a")), workflowID: nil, attempt: 1, reason: "nobody needs it")
        scene.feed(.cancel(order, OwnerScene.seat))
        #expect(scene.completions.map(\.errorCode) == ["CANCELLED"])
        guard case .cancel(claim, "nobody needs it") = scene.said.last else {
            Issue.record("the worker was told \(String(describing: scene.said.last))")
            return
        }
    }

    @Test("what was not begun goes back to the daemon")
    func declines() throws {
        var scene = OwnerScene()
        scene.open()
        scene.execute("a")
        let claim = try scene.claim()
        scene.feed(.received(.decline(claim, reason: "no agent is free"), from: OwnerScene.farm))
        #expect(scene.returns.map(\.token) == [token("a", 1)])
        #expect(scene.book.isEmpty)
        #expect(scene.lastSettled == false)
    }

    @Test("when the host is gone, its offers go back")
    func gone() {
        var scene = OwnerScene()
        scene.open()
        scene.execute("a")
        scene.wait(.seconds(20))
        #expect(scene.returns.map(\.token) == [token("a", 1)])
        #expect(scene.drains.count == 1)
    }

    @Test("what the host has no room for any more goes back after a while")
    func noRoom() {
        var scene = OwnerScene()
        scene.open(room: 2)
        scene.execute("a")
        scene.execute("b")
        scene.report(room: 1)
        scene.wait(.seconds(10))
        #expect(scene.returns.isEmpty)
        scene.report(room: 1)
        scene.wait(.seconds(10))
        #expect(scene.returns.map(\.token) == [token("b", 1)])
    }

    @Test("after a restart it names the attempts of its claims, and takes their answers")
    func restart() throws {
        var scene = OwnerScene()
        scene.open()
        scene.execute("a")
        let claim = try scene.claim()
        scene.restart()
        scene.feed(.tick)
        #expect(scene.registrations.last?.running.map(\.token) == [token("a", 1)])
        scene.feed(.registered(OwnerScene.seat, adopted: [try #require(TaskID("a"))]))
        scene.answer(claim, "a")
        #expect(scene.completions.map(\.token) == [token("a", 1)])
    }

    @Test("a task that no message has room for fails, and is not retried elsewhere")
    func tooLarge() {
        var scene = OwnerScene(messageBytes: 100)
        scene.open()
        scene.execute("a")
        scene.request()
        #expect(scene.completions.map(\.errorCode) == ["FRAME_TOO_LARGE"])
        #expect(scene.book.isEmpty)
    }

    @Test("when it stops, what nobody has claimed goes back, and claims stay")
    func stop() throws {
        var scene = OwnerScene()
        scene.open()
        scene.execute("a")
        scene.execute("b")
        let claim = try scene.claim()
        scene.feed(.stop)
        #expect(scene.returns.map(\.token) == [token("b", 1)])
        #expect(!scene.machine.isSettled)
        scene.feed(.returned(token("b", 1)))
        #expect(scene.machine.isSettled)
        #expect(scene.book.map(\.claim) == [claim])
    }
}
