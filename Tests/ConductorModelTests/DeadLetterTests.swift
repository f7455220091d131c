import ConductorJSON
import ConductorModel
import Testing

@Suite("A dead letter's text")
struct DeadLetterTests {
    @Test("is read as it was written, the task's definition byte for byte", arguments: [nil, "w"])
    func roundTrip(workflow: String?) throws {
        let letter = DeadLetter(
            id: try #require(DeadLetterID("d")),
            key: TaskKey(workflowID: try workflow.map(workflowID), taskID: try taskID("t")), agentID: try agentID("a"),
            errorCode: "LLM_TIMEOUT", errorMessage: "m", attempt: 4, timestamp: noon,
            task: try JSONText(parsing: #"{ "name":"t", "input_data":{"n":1.50}}"#))
        #expect(
            letter.jsonText.string == """
                {"dead_letter_id":"d","task_id":"t",\(workflow.map { #""workflow_id":"\#($0)","# } ?? "")\
                "agent_id":"a","error_code":"LLM_TIMEOUT","error_message":"m","attempt":4,\
                "timestamp":"2026-01-31T12:00:00.000001Z","task":{ "name":"t", "input_data":{"n":1.50}}}
                """)
        let read = try DeadLetter(json: letter.jsonText.parsed())
        #expect(read.jsonText == letter.jsonText)
        #expect(read.state == .kept)
    }
}
