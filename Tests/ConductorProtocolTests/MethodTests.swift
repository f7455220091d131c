import ConductorModel
import ConductorProtocol
import Testing

@Suite("Methods")
struct MethodTests {
    @Test("each is found by its name, and nothing by another word")
    func named() {
        for method in Method.all {
            #expect(Method.named(method.description)?.description == method.description)
        }
        for word in ["", "p", "pin", "pings", "PING", "task.", "task.dispatc", "task.dispatch ", "zzz", "\u{0}"] {
            #expect(Method.named(word) == nil, "\(word)")
        }
    }

    @Test("each has a name of its own")
    func names() {
        #expect(Set(Method.all.map(\.description)).count == Method.all.count)
    }

    @Test("a request has the name, the role and the effect of its method", arguments: methodSamples)
    func described(sample: MethodSample) throws {
        let request = try #require(try answer(to: sample.method, sample.minimal).request)
        let method = try #require(Method.named(sample.method))
        #expect("\(request.methodName)" == sample.method)
        #expect(request.requiredRole == method.requiredRole)
        #expect(request.changesState == method.changesState)
    }

    @Test("what an answer shows, and what is looked up for it, follow from the parameters")
    func scopes() {
        let workflow = Sample.workflow.record.workflowID
        let task = TaskKey(workflowID: workflow, taskID: Sample.task)
        #expect(Request.taskGet(task).scope == .task(task))
        #expect(Request.taskGet(task).storeQuery == .task(task))
        #expect(Request.taskList(TaskQuery()).scope == .nothing)
        #expect(Request.workflowCheckGate(workflow).scope == .workflow(workflow))
        #expect(Request.workflowPause(workflow).scope == .everything)
        #expect(Request.workflowPause(workflow).storeQuery == .workflow(workflow))
        #expect(Request.storeBackup.storeQuery == .backup)

        let nameless = TaskDispatch(task: TaskDefinition(name: "t", assignedTo: nil))
        #expect(Request.taskDispatch(nameless).storeQuery == .nothing)
        let dispatch = TaskDispatch(task: Sample.definition)
        #expect(Request.taskDispatch(dispatch).storeQuery == .task(TaskKey(taskID: Sample.task)))

        var filter = EventFilter(workflowID: workflow)
        #expect(Request.eventSubscribe(filter).storeQuery == .workflow(workflow))
        filter.taskID = Sample.task
        #expect(Request.eventSubscribe(filter).storeQuery == .task(task))
    }
}
