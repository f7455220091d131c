import ConductorModel
import ConductorRandom
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    @Test(
        "letters, digits, and . _ : - after the first make an id",
        arguments: [
            "a", "Z", "0", "a.b_c:d-e", "coordinator", String(repeating: "x", count: 128),
        ])
    func accepted(text: String) {
        #expect(TaskID(text)?.description == text)
    }

    @Test(
        "anything else makes none",
        arguments: [
            "", ".", "-a", "_a", ":a", ".a", "a b", " a", "a ", "a/b", "a\n", "a\0", "é", "e\u{301}", "1\u{FF11}",
            "\u{212A}",
            String(repeating: "x", count: 129),
        ])
    func refused(text: String) {
        #expect(TaskID(text) == nil)
    }

    @Test("a UUID is of version 4 in its usual shape, whatever the random bits")
    func uuid() {
        #expect(WorkflowID.uuid(0, 0).description == "00000000-0000-4000-8000-000000000000")
        #expect(WorkflowID.uuid(.max, .max).description == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(
            WorkflowID.uuid(0x0123_4567_89AB_CDEF, 0x0123_4567_89AB_CDEF).description
                == "01234567-89ab-4def-8123-456789abcdef")
    }

    @Test("a UUID is an id", arguments: 0..<50)
    func uuidIsWellFormed(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let id = TaskID.uuid(generator.next(), generator.next())
        #expect(TaskID(id.description) == id)
    }

    @Test("a token is written as 32 lower-case digits and read back", arguments: 0..<50)
    func token(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let token = AttemptToken(high: generator.next(), low: generator.next())
        #expect(token.description.utf8.count == 32)
        #expect(AttemptToken(token.description) == token)
        #expect(AttemptToken(token.description.uppercased()) == nil || !token.description.contains { $0.isLetter })
        #expect(AttemptToken(token.description + "0") == nil)
        #expect(AttemptToken(String(token.description.dropLast())) == nil)
    }

    @Test("the halves of a token stand in their order")
    func tokenOrder() {
        #expect(AttemptToken(high: 1, low: 2).description == "00000000000000010000000000000002")
        #expect(AttemptToken("") == nil)
        #expect(AttemptToken("0000000000000001000000000000000g") == nil)
    }

    @Test("a task is named by its workflow's id and its own, and sorted by them")
    func taskKey() throws {
        let alone = TaskKey(taskID: try taskID("b"))
        let inFirst = TaskKey(workflowID: try workflowID("v"), taskID: try taskID("z"))
        let inSecond = TaskKey(workflowID: try workflowID("w"), taskID: try taskID("a"))
        #expect("\(alone) \(inFirst) \(inSecond)" == "b v/z w/a")
        #expect([inSecond, alone, inFirst].sorted() == [alone, inFirst, inSecond])
    }
}
