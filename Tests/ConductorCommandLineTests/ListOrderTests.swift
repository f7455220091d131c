import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("The order of a list")
struct ListOrderTests {
    private func tasks() throws -> [TaskListEntry] {
        func row(_ id: String, _ status: String, _ second: Int, _ duration: String) -> String {
            """
            {"task_id":"\(id)","name":"n","priority":"low","status":"\(status)","attempts":0,"iteration":0,
            "created_at":"2026-01-01T00:00:0\(second)Z","duration_seconds":\(duration)}
            """
        }
        let rows = [
            row("b", "completed", 3, "1"), row("c", "in_progress", 2, "null"), row("a", "completed", 1, "9"),
        ]
        return try [TaskListEntry](json: JSONText(parsing: "[\(rows.joined(separator: ","))]").parsed())
    }

    @Test(
        "is by age, name, status or duration",
        arguments: [(TaskOrder.age, "bca"), (.name, "abc"), (.status, "cba"), (.duration, "abc")])
    func columns(order: TaskOrder, ids: String) throws {
        #expect(order.sorted(try tasks()).map(\.key.taskID.description).joined() == ids)
    }

    @Test("is not by a column that there is not, and the one that was meant is named")
    func unknown() {
        #expect("\(UnknownColumn(name: "stauts", columns: TaskOrder.names))".contains(#"did you mean "status"?"#))
        #expect(throws: UnknownColumn(name: "x", columns: AgentOrder.names)) { try AgentOrder(column: "x") }
    }
}
