import ConductorBridge
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("The worker's side of a bridge")
struct WorkerMachineTests {
    @Test("it claims what is offered as far as its agents have room")
    func claims() {
        var scene = WorkerScene(capacity: 3, free: 2)
        scene.offer(5)
        #expect(scene.requests.count == 2)
    }

    @Test("with a capacity below the number of free agents it claims so many")
    func capacity() {
        var scene = WorkerScene(capacity: 1, free: 2)
        scene.offer(5)
        #expect(scene.requests.count == 1)
    }

    @Test("what it is granted its daemon gets under an id that names the claim")
    func begins() throws {
        var scene = WorkerScene()
        scene.offer(1)
        let name = try scene.grant()
        #expect(scene.dispatched.map(\.taskID) == [name.taskID])
        #expect(scene.dispatched.first?.retry?.maxRetries == 0)
    }

    @Test("a grant that was not asked for, or comes twice, or for another type, begins nothing")
    func unasked() throws {
        var scene = WorkerScene()
        scene.grant(RequestName(session: 5, number: 9), claim: 1)
        #expect(scene.dispatched.isEmpty)
        scene.offer(2)
        let request = try #require(scene.requests.first)
        scene.grant(request, claim: 2, type: .deploying)
        #expect(scene.dispatched.isEmpty)
        let other = try #require(scene.requests.last)
        scene.grant(other, claim: 3)
        scene.grant(other, claim: 3)
        scene.grant(other, claim: 4)
        #expect(scene.dispatched.count == 1)
    }

    @Test("an answer is repeated until it is settled")
    func answers() throws {
        var scene = WorkerScene()
        scene.offer(1)
        let name = try scene.grant()
        scene.feed(.ended(name, .answered(WorkAnswer(.completed))))
        scene.wait(.seconds(10))
        scene.wait(.seconds(10))
        #expect(scene.answers == [name.claim, name.claim, name.claim])
        scene.feed(.received(.settled(name.claim, isRecorded: true), from: scene.owner))
        scene.wait(.seconds(10))
        #expect(scene.answers.count == 3)
        #expect(scene.machine.claims.isEmpty)
    }

    @Test("what its daemon could not begin is declined")
    func declines() throws {
        var scene = WorkerScene()
        scene.offer(1)
        let name = try scene.grant()
        scene.feed(.ended(name, .notBegun(reason: "no agent is free")))
        #expect(scene.declined == [name.claim])
    }

    @Test("after its daemon was away it is given the task again, the same one")
    func daemonAway() throws {
        var scene = WorkerScene()
        scene.offer(1)
        let name = try scene.grant()
        scene.feed(.disconnected)
        scene.feed(.connected([]))
        #expect(scene.dispatched.map(\.taskID) == [name.taskID, name.taskID])
        #expect(scene.dispatched.map(\.jsonText.string).allSatisfy { $0 == scene.dispatched[0].jsonText.string })
    }

    @Test("a claim that the owner does not name any more is ended here")
    func gone() throws {
        var scene = WorkerScene()
        scene.offer(1)
        let name = try scene.grant()
        scene.stand([])
        #expect(scene.cancelled.isEmpty)
        scene.wait(.seconds(10))
        scene.stand([])
        #expect(scene.cancelled == [name])
    }

    @Test("after a restart the owner names its claims: what its daemon has is answered, what it has not is declined")
    func restart() throws {
        var scene = WorkerScene()
        scene.wait(.seconds(10))
        scene.stand([1, 2])
        #expect(scene.lookedUp.map(\.claim) == [ClaimID(high: 0, low: 1), ClaimID(high: 0, low: 2)])
        scene.feed(.found(scene.name(1), .ended(.answered(WorkAnswer(.completed)))))
        scene.feed(.found(scene.name(2), .absent))
        #expect(scene.answers == [scene.name(1).claim])
        #expect(scene.declined == [scene.name(2).claim])
    }

    @Test("tasks of others that its daemon still has after a restart, and nobody wants, are ended")
    func orphans() {
        var scene = WorkerScene()
        scene.feed(.connected([(scene.name(7), .coding)]))
        scene.wait(.seconds(10))
        scene.stand([])
        #expect(scene.cancelled == [scene.name(7)])
    }

    @Test("an answer that no message has room for becomes a failure that says so")
    func tooLarge() throws {
        var scene = WorkerScene(messageBytes: 300)
        scene.offer(1)
        let name = try scene.grant()
        var answer = WorkAnswer(.completed)
        answer.outputData = try JSONText(parsing: #"{"text":"\#(String(repeating: "x", count: 300))"}"#)
        scene.feed(.ended(name, .answered(answer)))
        #expect(scene.answerCodes == ["FRAME_TOO_LARGE"])
    }

    @Test("a host that lends nothing to an owner does not hear it")
    func strangers() {
        var scene = WorkerScene()
        var offers = TypeCounts()
        offers[.coding] = 1
        scene.feed(.received(.offer(offers), from: host("stranger")))
        #expect(scene.requests.isEmpty)
    }

    @Test("two owners get their turns")
    func fairness() {
        var scene = WorkerScene(capacity: 4, free: 0, owners: ["east", "west"])
        scene.offer(4, of: host("east"))
        scene.offer(4, of: host("west"))
        scene.hasFree(4)
        #expect(Set(scene.asked) == [host("east"), host("west")])
        #expect(scene.asked.count { $0 == host("east") } == 2)
    }
}
