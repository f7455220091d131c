import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("An error")
struct EscalationTests {
    private func scene() -> Scene {
        var scene = Scene.patient("coder")
        for channel in ["conductor:errors", "conductor:dlq"] { scene.ask(.busSubscribe(channel: channel), on: 7) }
        return scene
    }

    @Test(
        "is tried again, where its code says that this may help",
        arguments: RetryPolicy().retryableErrors + ["MINE", "transient_error", ""])
    func codes(code: String) throws {
        var scene = scene()
        scene.dispatch(task("t", .coding))
        scene.answer(try scene.order("t"), .failed(code, "what happened"))
        #expect(scene.kinds.contains(.taskRetrying) == RetryPolicy().retryableErrors.contains(code))
        #expect(scene.heard(7).isEmpty)
    }

    @Test("that is neither retried nor data is told on the channel conductor:errors and to the journal")
    func escalated() throws {
        var scene = scene()
        scene.dispatch(task("t", .coding) { $0.taskID = id("t") })
        scene.answer(try scene.order("t"), .rejected("it does not suit"))
        #expect(scene.heard(7).map(\.channel) == ["conductor:errors"])
        let message = try #require(scene.heard(7).first?.message)
        #expect(message.messageType == .error && message.senderID == "conductord")
        #expect(message.messageID != nil && message.timestamp == scene.now.wall)
        let payload = try message.payload.parsed()
        #expect(payload["task_id"]?.string == "t" && payload["agent_id"]?.string == "coder")
        #expect(payload["error_code"]?.string == "TASK_VALIDATION_FAILED")
        #expect(payload["error_message"]?.string == "it does not suit")
        #expect(scene.outputs.contains { if case .escalate = $0 { true } else { false } })
        #expect(try scene.deadLetters().isEmpty)
    }

    @Test("whose retries are used up is told on the channel conductor:dlq, with its dead letter")
    func buried() throws {
        var scene = scene()
        scene.tryOnce(.failed("LLM_TIMEOUT", "it took too long"))
        #expect(scene.heard(7).map(\.channel) == ["conductor:dlq"])
        let letter = try #require(try scene.deadLetters().first)
        let payload = try #require(scene.heard(7).first).message.payload.parsed()
        #expect(payload["dead_letter_id"]?.string == letter.id.description)
        #expect(payload["error_message"]?.string == "it took too long")
    }
}
