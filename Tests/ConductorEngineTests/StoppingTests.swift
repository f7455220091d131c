import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Once the daemon is stopping")
struct StoppingTests {
    @Test(
        "what would change its state is refused",
        arguments: [
            Request.workflowPause(id("w")), .workflowResume(id("w")),
            .workflowApprove(WorkflowApproval(workflowID: id("w"), approve: true)),
            .workflowRetry(WorkflowRetry(workflowID: id("w"))), .deadLetterRedrive(DeadLetterRedrive(id: id("d"))),
            .deadLetterDiscard(id("d")), .breakerReset(id("a")),
        ])
    func refused(request: Request) {
        var scene = Scene()
        scene.feed(.stop)
        #expect(request.changesState)
        #expect(scene.ask(request)?.refusal?.code == .shuttingDown)
    }

    @Test(
        "what only looks, or speaks on the bus, is answered",
        arguments: [
            Request.metricsGet(.json), .deadLetterList(Page()), .breakerList, .busSubscribe(channel: "c"),
            .busPublish(channel: "c", BusMessage(.control, from: "s")), .busUnsubscribe(channel: "c"),
        ])
    func answered(request: Request) throws {
        var scene = Scene()
        scene.feed(.stop)
        #expect(!request.changesState)
        guard let answer = scene.ask(request) else { throw Missing("an answer") }
        #expect(answer.refusal == nil)
    }
}
