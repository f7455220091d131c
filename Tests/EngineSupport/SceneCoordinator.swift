import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification

/// The engine alone, with agents that answer at once and a clock that runs only while somebody waits.
package actor SceneCoordinator: Coordinator {
    private var scene = Scene()
    private var work: [ConnectionID: @Sendable (TaskAssignment) -> WorkAnswer] = [:]
    private var done = 0

    package init() {}

    package func ask(_ request: Request) throws -> JSONValue {
        let caller = scene.send(request, as: Scene.root)
        workThrough()
        while scene.answer(to: caller) == nil, let due = scene.engine.nextDeadline {
            scene.wait(max(due - scene.now.monotonic, .zero))
            for connection in work.keys.sorted(by: { $0.value < $1.value }) { scene.feed(.leaseRenewed(connection)) }
            workThrough()
        }
        guard let answer = scene.answer(to: caller) else { throw Missing("an answer to \(request.method.rawValue)") }
        return try answer.get().jsonText.parsed()
    }

    package func serve(
        _ agent: AgentID, _ type: AgentType, capacity: Int, work: @escaping @Sendable (TaskAssignment) -> WorkAnswer
    ) throws {
        let connection = Scene.connection(of: agent.description)
        let registration = AgentRegistration(agentID: agent, agentType: type, capacity: capacity)
        let answer = scene.ask(.agentRegister(registration), on: connection, as: Scene.root)
        _ = try answer?.get()
        self.work[ConnectionID(connection)] = work
        workThrough()
    }

    package func restart(_ manner: RestartManner) {
        switch manner {
        case .stopped: scene.feed(.stop)
        case .killed: break
        }
        work = [:]
        scene.restart()
    }

    package func events() -> [EventRecord] { scene.events }

    private func workThrough() {
        while done < scene.orders.count {
            let (connection, assignment) = scene.orders[done]
            done += 1
            guard let answer = work[connection]?(assignment) else { continue }
            scene.ask(.taskComplete(answer.completion(of: assignment)), on: connection.value, as: Scene.root)
        }
    }
}
