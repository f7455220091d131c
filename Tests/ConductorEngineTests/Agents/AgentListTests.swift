import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("The list of agents")
struct AgentListTests {
    private func page(_ query: AgentQuery, _ scene: inout Scene) throws -> AgentList {
        guard case .success(.agents(let agents, let next)) = scene.ask(.agentList(query), on: 9999) else {
            throw Missing("the agents")
        }
        return AgentList(agents, nextAfter: next)
    }

    @Test("comes page by page, by their ids, each agent once, while others come and go")
    func pages() throws {
        var scene = Scene()
        for number in (10..<30).reversed() { scene.register("a\(number)", .coding) }
        let first = try page(AgentQuery(limit: 8), &scene)
        #expect(first.agents.map(\.agentID.description) == (10..<18).map { "a\($0)" })
        _ = scene.ask(.agentUnregister(id("a17")))
        scene.register("a17b", .coding)
        let second = try page(AgentQuery(limit: 8, after: first.nextAfter), &scene)
        #expect(second.agents.first?.agentID == id("a17b"))
        let third = try page(AgentQuery(limit: 8, after: second.nextAfter), &scene)
        #expect(third.agents.last?.agentID == id("a29"))
        #expect(third.nextAfter == nil)
    }

    @Test("has as many as fit into a frame where no limit is given")
    func frame() throws {
        var scene = Scene { $0.limits.maxFrameBytes = 64 << 10 }
        for number in 10..<60 {
            var registration = AgentRegistration(agentID: id("a\(number)"), agentType: .coding, capacity: 1)
            registration.metadata = text("{\"a\":\"\(String(repeating: "x", count: 5_000))\"}")
            _ = scene.ask(.agentRegister(registration), on: UInt64(number))
        }
        var query = AgentQuery()
        var ids: [AgentID] = []
        repeat {
            let page = try page(query, &scene)
            #expect(page.jsonText.bytes.count < 64 << 10)
            ids += page.agents.map(\.agentID)
            query.after = page.nextAfter
        } while query.after != nil
        #expect(ids == (10..<60).map { id("a\($0)") })
    }
}
