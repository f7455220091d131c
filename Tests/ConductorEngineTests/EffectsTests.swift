import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

/// The shape of what comes out: nothing is told that is not made durable with it.
@Suite("Effects")
struct EffectsTests {
    /// A day in the life of a coordinator, effect by effect.
    private func day() throws -> [Effects] {
        var scene = Scene()
        var effects: [Effects] = []
        func note(_ input: Input) { effects.append(scene.feed(input)) }
        func ask(_ request: Request, on connection: UInt64 = 1) {
            let caller = Caller(
                connection: ConnectionID(connection), request: .integer(Int64(effects.count)), peer: Scene.root)
            note(.request(request, caller, scene.stored.answer(scene.engine.lookup(for: request))))
        }
        ask(.agentRegister(AgentRegistration(agentID: id("coder"), agentType: .coding, capacity: 2)), on: 2)
        var dispatch = TaskDispatch(task: task("t", .coding) { $0.taskID = id("t") })
        dispatch.detach = true
        ask(.taskDispatch(dispatch))
        ask(
            .workflowRun(
                WorkflowSubmission(
                    definition: try workflow(
                        """
                        {'workflow_id': 'w', 'name': 'w', 'tasks': [
                          {'name': 'a', 'assigned_to': 'coding'}, {'name': 'b', 'assigned_to': 'monitor'}]}
                        """))))
        for order in scene.assignments { ask(.taskComplete(WorkAnswer.completed.completion(of: order)), on: 2) }
        ask(.workflowFeedback(WorkflowFeedback(workflowID: id("w"), feedback: Feedback(severity: .info))))
        ask(.workflowCancel(id("w"), reason: nil))
        note(.disconnected(ConnectionID(2)))
        ask(.agentUnregister(id("coder")))
        ask(.policyRegister(.maxConcurrentTasks(limit: 1)))
        note(.stop)
        return effects
    }

    @Test("an event that is told is among the changes of the same effects, and the other way round")
    func events() throws {
        for effects in try day() {
            let told = effects.outputs.compactMap { if case .event(let event) = $0 { event.sequence } else { nil } }
            let stored = effects.changes.compactMap { if case .event(let event) = $0 { event.sequence } else { nil } }
            #expect(told == stored)
        }
    }

    @Test("events are numbered from 1 without a gap, also over a restart")
    func gapless() throws {
        let stored = try day().flatMap(\.changes).compactMap {
            if case .event(let event) = $0 { event.sequence } else { nil }
        }
        #expect(stored == Array(1...Int64(stored.count)))
        var scene = Scene()
        scene.register("coder", .coding)
        scene.restart()
        scene.register("coder", .coding)
        #expect(scene.events.map(\.sequence) == [1, 2])
    }

    @Test("an order to an agent, and the reply with a task's or workflow's end, come with the record that says so")
    func records() throws {
        for effects in try day() {
            for output in effects.outputs {
                switch output {
                case .notify(_, .execute(let order)):
                    let key = TaskKey(workflowID: order.workflowID, taskID: try #require(order.task.taskID))
                    #expect(effects.changes.contains { $0.record?.key == key && $0.record?.isRunning == true })
                case .reply(_, .success(.workflowState(let state))):
                    #expect(
                        effects.changes.contains { change in
                            if case .workflowUpdated(let record) = change {
                                record.status == state.record.status
                            } else {
                                false
                            }
                        })
                case .reply(_, .success(.registered)):
                    #expect(effects.changes.contains { if case .agentSaved = $0 { true } else { false } })
                case .reply, .notify, .event, .live, .log, .subscribe, .unsubscribe, .escalate, .policyRegistered,
                    .policyUnregistered:
                    break
                }
            }
        }
    }
}

extension Change {
    fileprivate var record: TaskRecord? {
        switch self {
        case .taskAdded(let record), .taskUpdated(let record): record
        case .workflowAdded, .workflowUpdated, .agentSaved, .agentRemoved, .policySaved, .policyRemoved,
            .breakerSaved, .deadLetterSaved, .event, .counted:
            nil
        }
    }
}
