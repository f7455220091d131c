import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

/// Each refusal of the protocol page that the engine gives: its code, its details, and whether it is recorded.
@Suite("Refusals")
struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: Refusal.Code
        var details: [String: Refusal.Detail] = [:]
        var prepare: @Sendable (inout Scene) throws -> Void = { _ in }
        let request: @Sendable (Scene) throws -> Request
        var peer = Scene.alice
    }

    static let cases: [Case] = [
        Case(
            testDescription: "a task without a type", code: .noAgentType,
            request: { _ in .taskDispatch(TaskDispatch(task: task("t", nil))) }),
        Case(
            testDescription: "a task whose type nobody has", code: .noAvailableAgent,
            details: ["agent_type": .text("coding"), "registered": .number(0), "reason": .text("no_agent")],
            request: { _ in .taskDispatch(TaskDispatch(task: task("t", .coding))) }),
        Case(
            testDescription: "a task with needs, dispatched alone", code: .invalidParams,
            details: ["field": .text("task.needs"), "reason": .text("is for the tasks of a workflow")],
            request: { _ in .taskDispatch(TaskDispatch(task: task("t", .coding) { $0.needs = [id("a")] })) }),
        Case(
            testDescription: "more live tasks than the limit", code: .quotaExceeded,
            details: ["quota": .text("max_live_tasks_per_uid"), "limit": .number(1)],
            prepare: { scene in
                scene = Scene { $0.limits.maxLiveTasksPerUID = 1 }
                scene.enqueue(task("waits", .coding))
            },
            request: { _ in .taskDispatch(TaskDispatch(task: task("t", .coding))) }),
        Case(
            testDescription: "the id of another task", code: .conflict,
            details: ["kind": .text("task"), "id": .text("t")],
            prepare: { $0.enqueue(task("t", .coding) { $0.taskID = id("t") }) },
            request: { _ in .taskDispatch(TaskDispatch(task: task("other", .coding) { $0.taskID = id("t") })) }),
        Case(
            testDescription: "the id of another workflow", code: .conflict,
            details: ["kind": .text("workflow"), "id": .text("w")],
            prepare: { try $0.run("{'workflow_id': 'w', 'name': 'w'}") },
            request: { _ in
                .workflowRun(WorkflowSubmission(definition: try workflow("{'workflow_id': 'w', 'name': 'v'}")))
            }),
        Case(
            testDescription: "an unknown task", code: .notFound, details: ["kind": .text("task"), "id": .text("t")],
            request: { _ in .taskGet(TaskKey(taskID: id("t"))) }),
        Case(
            testDescription: "an unknown workflow", code: .notFound,
            details: ["kind": .text("workflow"), "id": .text("w")], request: { _ in .workflowGet(id("w")) }),
        Case(
            testDescription: "feedback to an unknown workflow", code: .notFound,
            details: ["kind": .text("workflow"), "id": .text("w")],
            request: { _ in
                .workflowFeedback(WorkflowFeedback(workflowID: id("w"), feedback: Feedback(severity: .info)))
            }),
        Case(
            testDescription: "feedback to a workflow that runs", code: .conflict,
            details: ["kind": .text("workflow"), "id": .text("w")],
            prepare: { scene in
                scene.register("coder", .coding)
                try scene.run("{'workflow_id': 'w', 'name': 'w', 'tasks': [{'name': 'a', 'assigned_to': 'coding'}]}")
            },
            request: { _ in
                .workflowFeedback(WorkflowFeedback(workflowID: id("w"), feedback: Feedback(severity: .info)))
            }),
        Case(
            testDescription: "a needs that names nothing", code: .invalidParams,
            details: [
                "field": .text("definition.tasks[0].needs[0]"),
                "reason": .text("there is no task \"b\" in this workflow"),
            ],
            request: { _ in
                .workflowRun(
                    WorkflowSubmission(
                        definition: try workflow(
                            "{'name': 'w', 'tasks': [{'name': 'a', 'assigned_to': 'coding', 'needs': ['b']}]}"
                        )))
            }),
        Case(
            testDescription: "an agent that is connected, also by its own uid", code: .agentAlreadyRegistered,
            prepare: { $0.register("coder", .coding) },
            request: { _ in .agentRegister(AgentRegistration(agentID: id("coder"), agentType: .coding)) }),
        Case(
            testDescription: "an agent of another uid that is away", code: .permissionDenied,
            details: ["required_role": .text("admin")],
            prepare: { scene in
                scene.register("coder", .coding)
                scene.disconnect("coder")
            },
            request: { _ in .agentRegister(AgentRegistration(agentID: id("coder"), agentType: .coding)) },
            peer: Scene.bob),
        Case(
            testDescription: "pausing an unknown agent", code: .notFound,
            details: ["kind": .text("agent"), "id": .text("nobody")], request: { _ in .agentPause(id("nobody")) }),
        Case(
            testDescription: "a dispatch while the daemon stops", code: .shuttingDown, prepare: { $0.feed(.stop) },
            request: { _ in .taskDispatch(TaskDispatch(task: task("t", .coding))) }),
        Case(
            testDescription: "a result with a forged token", code: .staleAttempt,
            details: ["task_id": .text("t"), "attempt": .number(1)],
            prepare: { scene in
                scene.register("coder", .coding)
                scene.dispatch(task("t", .coding) { $0.taskID = id("t") })
            },
            request: { _ in
                .taskComplete(
                    TaskCompletion(
                        taskID: id("t"), attempt: 1, token: AttemptToken(high: 6, low: 6), status: .completed))
            }),
        Case(
            testDescription: "a result of another uid's agent", code: .permissionDenied,
            details: ["required_role": .text("agent")],
            prepare: { scene in
                scene.register("coder", .coding)
                scene.dispatch(task("t", .coding))
            },
            request: { .taskComplete(WorkAnswer.completed.completion(of: try $0.order("t"))) }, peer: Scene.bob),
        Case(
            testDescription: "a result for a task that nobody knows", code: .notFound,
            details: ["kind": .text("task"), "id": .text("t")],
            request: { _ in
                .taskComplete(
                    TaskCompletion(
                        taskID: id("t"), attempt: 1, token: AttemptToken(high: 6, low: 6), status: .completed))
            }),
    ]

    @Test("a refusal bears its code and details, and changes nothing", arguments: cases)
    func refusal(_ example: Case) throws {
        var scene = Scene()
        try example.prepare(&scene)
        let before = (tasks: scene.stored.tasks.count, events: scene.events.count)
        let request = try example.request(scene)
        let refusal = try #require(scene.ask(request, on: 7, as: example.peer)?.refusal)
        #expect(refusal.code == example.code)
        #expect(refusal.details == example.details)
        #expect(scene.stored.tasks.count == before.tasks)
        #expect(scene.events.count == before.events)
    }

    @Test("a violation of a policy is an event, but the task is not recorded and may be asked anew")
    func violation() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.ask(.policyRegister(.taskTimeout(standard: .seconds(5), maximum: .seconds(10))))
        let long = task("t", .coding) { $0.taskID = id("t") }
        let caller = scene.dispatch(long)
        let refusal = try scene.refusal(caller)
        #expect(refusal.code == .policyViolation)
        #expect(refusal.details["policy_name"] == .text("TaskTimeoutPolicy"))
        #expect(refusal.details["agent_id"] == .text("coder"))
        #expect(refusal.details["task_id"] == .text("t"))
        #expect(scene.kinds == [.agentRegistered, .policyViolated])
        #expect(scene.stored.tasks.isEmpty)
        let short = task("t", .coding) {
            $0.taskID = id("t")
            $0.timeout = .seconds(9)
        }
        scene.dispatch(short)
        #expect(scene.started == ["t"])
    }

    @Test("a task that its agent refused is recorded, and repeats its refusal")
    func rejected() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let definition = task("t", .coding) { $0.taskID = id("t") }
        let caller = scene.dispatch(definition)
        scene.answer(try scene.order("t"), .rejected("no"))
        let refusal = try scene.refusal(caller)
        #expect(refusal.code == .taskValidationFailed)
        let repeated = scene.dispatch(definition)
        #expect(try scene.refusal(repeated).code == refusal.code)
        #expect(try scene.refusal(repeated).message == refusal.message)
        #expect(try scene.refusal(repeated).details["repeated"] == .text("recorded"))
        #expect(scene.started == ["t"])
        #expect(scene.agent("coder")?.errorCount == 1)
    }
}
