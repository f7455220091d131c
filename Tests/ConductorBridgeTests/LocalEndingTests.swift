import ConductorBridge
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("How a claimed task ended where it ran")
struct LocalEndingTests {
    private func result(_ status: TaskStatus, code: String? = nil, attempt: Int = 1) -> TaskResult {
        TaskResult(
            taskID: .uuid(0, 1), agentID: .coordinator, status: status, errorMessage: "why", errorCode: code,
            attempt: attempt, iteration: 0, startedAt: nil, completedAt: Timestamp(microseconds: 0), duration: .zero)
    }

    private func answer(_ ending: LocalEnding?) -> WorkAnswer? {
        if case .answered(let answer) = ending { answer } else { nil }
    }

    @Test("a result is the owner's result, with its code")
    func results() {
        #expect(answer(LocalEnding(result(.completed)))?.status == .completed)
        #expect(answer(LocalEnding(result(.failed, code: "BROKEN")))?.errorCode == "BROKEN")
        #expect(answer(LocalEnding(result(.failed, code: "TASK_VALIDATION_FAILED")))?.status == .rejected)
    }

    @Test("what no agent has begun is declined")
    func notBegun() {
        #expect(answer(LocalEnding(result(.failed, code: "TIMEOUT", attempt: 0))) == nil)
        #expect(answer(LocalEnding(Refusal(.noAvailableAgent, "none"))) == nil)
    }

    @Test("what was cancelled where it ran has failed for the owner")
    func cancelled() {
        #expect(answer(LocalEnding(result(.cancelled)))?.status == .failed)
        #expect(answer(LocalEnding(Refusal(.cancelled, "by hand")))?.errorCode == "CANCELLED")
    }

    @Test("a daemon that stops, or has a full disk, is asked again")
    func later() {
        #expect(LocalEnding(Refusal(.shuttingDown, "stops")) == nil)
        #expect(LocalEnding(Refusal(.storageFull, "full")) == nil)
    }

    @Test("the author's metadata stay, and tell where the task is from")
    func metadata() throws {
        let text =
            #"{"claim":"\#(Samples.claim)","task":{"task_id":"t","name":"T","assigned_to":"coding","metadata":{"a":1}},"#
            + #""attempt":2,"timeout_seconds":60,"workflow_id":"w","feedback":{"severity":"error"}}"#
        let grant = try Grant(json: Samples.json(text))
        let name = ClaimName(owner: host("east"), claim: grant.claim)
        #expect(
            grant.localTask(name).metadata.string
                == #"{"a":1,"remote":{"owner":"east","task_id":"t","workflow_id":"w","attempt":2,"#
                + #""feedback":{"severity":"error"}}}"#)
    }
}
