import ConductorJSON
import ConductorModel
import ConductorTestSupport
import Testing

@Suite("conductor-workflow(5)")
struct WorkflowPageTests {
    /// A part of a workflow file, as the page's section describes it and as the sources read and write it.
    struct Part: Sendable, CustomTestStringConvertible {
        let section: String
        /// With every member that may be left out.
        let whole: String
        /// What is written of `text`, or why it is refused.
        let read: @Sendable (_ text: String) throws(JSONFieldError) -> JSONText

        var testDescription: String { section }

        init<Value: JSONReadable & JSONWritable & Sendable>(_ type: Value.Type, _ section: String, whole: String) {
            self.section = section
            self.whole = whole
            read = { text throws(JSONFieldError) in
                guard let json = try? JSONText(parsing: text).parsed() else { throw JSONFieldError(reason: "no JSON") }
                return try Value(json: json).jsonText
            }
        }
    }

    static let parts = [
        Part(
            WorkflowDefinition.self, "THE WORKFLOW",
            whole: """
                {"name":"n","workflow_id":"w","description":"d","gate":{"required_success_rate":1},
                "agent_wait_seconds":10,"outputs":{"o":"t"}}
                """),
        Part(
            TaskDefinition.self, "TASKS",
            whole: """
                {"name":"n","task_id":"t","description":"d","assigned_to":"coding","agent_labels":["l"],"retry":{},
                "created_at":"2026-01-01T00:00:00Z"}
                """),
        Part(RetryPolicy.self, "Retries", whole: "{}"),
        Part(Feedback.self, "FEEDBACK", whole: #"{"source_agent_id":"a"}"#),
    ]

    private func section(_ title: String) throws -> ManualPage.Section {
        try #require(try ManualPage("conductor-workflow.5").sections.first { $0.title == title })
    }

    @Test("lists every member, and no other", arguments: parts)
    func members(_ part: Part) throws {
        let members = try part.read(part.whole).parsed().members.map(\.key)
        #expect(try section(part.section).items("Va ").sorted() == members.sorted())
    }

    @Test("tells each number's default and range as they are", arguments: parts)
    func numbers(_ part: Part) throws {
        let standard = try part.read(part.whole).parsed()
        let lines = try section(part.section).lines
        let rows = lines.compactMap { $0.wholeMatch(of: /\.It Va (\S+) No = (\S+) Pq (\d.*)/) }
        for row in rows {
            let name = String(row.1)
            #expect(standard[name]?.text.string == String(row.2), "\(name)")
            #expect {
                _ = try part.read(#"{"name":"n","\#(name)":-1}"#)
            } throws: { error in
                let reason = (error as? JSONFieldError)?.reason ?? ""
                return reason.hasSuffix(" from \(row.3)")
            }
        }
        let numbers = standard.members.filter { $0.value.kind == .number }.map(\.key)
        #expect(rows.map { String($0.1) }.sorted() == numbers.sorted())
    }

    @Test("lists the types of each phase")
    func phases() throws {
        let block = try ManualPage("conductor-workflow.5").literalBlocks.first { $0.title == "PHASES" }
        let rows = try #require(block).lines.map { $0.split(separator: " ").map(String.init) }
        #expect(rows == Phase.allCases.map { [$0.rawValue] + $0.agentTypes.map(\.rawValue) })
    }
}
