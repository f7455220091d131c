import ConductorModel
import ConductorProtocol
import Testing

@Suite("Frame writer")
struct FrameWriterTests {
    @Test("frames stand one behind the other, each behind its length, and are what single messages are")
    func frames() throws {
        var writer = FrameWriter()
        #expect(writer.count == 0)
        let refusal = Refusal(.parseError, "no")
        let long = Reply.validation([Problem(path: "p", message: String(repeating: "é\"", count: 50_000))])
        writer.reply(.empty, id: .integer(1))
        writer.reply(long, id: .string("x"))
        writer.refusal(refusal, id: nil)
        writer.frame(body: Array("{}".utf8))
        writer.notification(.stopping)
        var decoder = FrameDecoder(maximumBytes: 1 << 20)
        writer.withBytes { decoder.append($0) }
        #expect(try decoder.next() == Message.reply(.empty, id: .integer(1)))
        #expect(try decoder.next() == Message.reply(long, id: .string("x")))
        #expect(try decoder.next() == Message.refusal(refusal, id: nil))
        #expect(try decoder.next() == Array("{}".utf8))
        #expect(try decoder.next() == Message.notification(.stopping))
        #expect(try decoder.next() == nil)
        #expect(!decoder.isInsideFrame)
    }
}
