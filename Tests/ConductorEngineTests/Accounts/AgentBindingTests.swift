import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@testable import ConductorEngine

@Suite("The id of an agent that left")
struct AgentBindingTests {
    private static let alice = Peer(uid: 2001, gid: 2001, pid: 1, role: .agent)
    private static let bob = Peer(uid: 2002, gid: 2002, pid: 2, role: .agent)

    private static func register(_ scene: inout Scene, on connection: UInt64, as peer: Peer) -> Refusal.Code? {
        let answer = scene.ask(
            .agentRegister(AgentRegistration(agentID: id("a"), agentType: .coding)), on: connection, as: peer)
        guard case .failure(let refusal) = answer else { return nil }
        return refusal.code
    }

    /// Alice's agent was here.
    private static func scene(isReleased: Bool = false) -> Scene {
        var scene = Scene()
        #expect(register(&scene, on: 1, as: alice) == nil)
        scene.ask(.agentUnregister(id("a"), isReleased: isReleased), on: 1, as: alice)
        return scene
    }

    @Test("stays its user's, over a restart too")
    func bound() {
        var scene = Self.scene()
        #expect(Self.register(&scene, on: 2, as: Self.bob) == .permissionDenied)
        scene.restart()
        #expect(scene.engine.registry().isEmpty)
        #expect(Self.register(&scene, on: 3, as: Self.bob) == .permissionDenied)
        #expect(Self.register(&scene, on: 4, as: Self.alice) == nil)
    }

    @Test("is free after 30 days")
    func aged() {
        var scene = Self.scene()
        scene.wait(.seconds(30 * 86_400 - 1))
        #expect(Self.register(&scene, on: 2, as: Self.bob) == .permissionDenied)
        scene.wait(.seconds(1))
        #expect(Self.register(&scene, on: 2, as: Self.bob) == nil)
    }

    @Test("is free for an admin, and for all once it is released by its user or an operator")
    func released() {
        var scene = Self.scene(isReleased: true)
        #expect(Self.register(&scene, on: 2, as: Self.bob) == nil)
        scene = Self.scene()
        #expect(Self.register(&scene, on: 2, as: Scene.root) == nil)
        scene = Self.scene()
        guard case .failure = scene.ask(.agentUnregister(id("a"), isReleased: true), on: 2, as: Self.bob) else {
            Issue.record("bob released what is alice's")
            return
        }
        guard case .success(.unregistered(true)) = scene.ask(.agentUnregister(id("a"), isReleased: true)) else {
            Issue.record("the operator could not release it")
            return
        }
        scene.restart()
        #expect(Self.register(&scene, on: 2, as: Self.bob) == nil)
    }

    @Test("is free again where its user's newer agents leave in numbers")
    func bounded() {
        var bindings = AgentBindings()
        let now = Timestamp(microseconds: 1_790_000_000_000_000)
        var freed: [AgentID] = []
        for number in 0...AgentBindings.perUser {
            #expect(freed.isEmpty)
            freed = bindings.bind(id("a\(number)"), to: 1, at: now)
        }
        #expect(freed == [id("a0")])
        #expect(bindings.owner(of: id("a0"), at: now) == nil && bindings.owner(of: id("a1"), at: now) == 1)
    }
}
