import ConductorSystemd
import Testing

@Suite struct JournalFieldTests {
    @Test(
        "A field name becomes the nearest one that the journal takes",
        arguments: [
            ("CONDUCTOR_TASK_ID", "CONDUCTOR_TASK_ID"),
            ("conductor_task.id", "CONDUCTOR_TASK_ID"),
            ("a-b c\nPRIORITY=0", "A_B_C_PRIORITY_0"),
            ("9lives", "X_9LIVES"),
            ("_PID", "X__PID"),
            ("é", "X___"),
            ("", "X_"),
        ])
    func sanitized(raw: String, name: String) {
        #expect(JournalFieldName(sanitizing: raw).text == name)
    }

    @Test("A name is cut off where the journal would ignore it: after 64 characters", arguments: [63, 64, 65, 500])
    func length(count: Int) {
        #expect(JournalFieldName(sanitizing: String(repeating: "a", count: count)).text.count == min(count, 64))
        #expect(JournalFieldName(sanitizing: String(repeating: "1", count: count)).text.count == min(count + 2, 64))
    }

    @Test("Our own keys stand under our own prefix, so that they cannot pass for the journal's")
    func prefixed() {
        #expect(JournalFieldName.conductor("priority").text == "CONDUCTOR_PRIORITY")
    }
}
