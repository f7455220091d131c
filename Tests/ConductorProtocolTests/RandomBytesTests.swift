import ConductorJSON
import ConductorModel
import ConductorRandom
import ConductorProtocol
import Testing

@Suite("Random bytes")
struct RandomBytesTests {
    @Test("whatever a frame holds, one step follows: it is handed on, ignored or answered", arguments: 0..<40)
    func mutatedBodies(seed: UInt64) throws {
        var generator = SplitMix(seed: seed)
        var limits = Limits()
        limits.maxParseErrorsPerConnection = .max
        var connection = ServerConnection(limits: limits)
        for _ in 0..<200 {
            let body = mutatedRequest(using: &generator)
            let steps = connection.steps(after: frame(body))
            try #require(steps.count == 1, "\(String(decoding: body, as: UTF8.self))")
            switch steps[0] {
            case .request(let id?, _): connection.answered(id)
            case .request(nil, _), .report, .ignore: break
            case .answer: #expect(try steps[0].refusal != nil)
            case .wait, .answerAndClose: Issue.record("an end")
            }
        }
        #expect(connection.requestsInFlight == 0)
        #expect(!connection.isInsideFrame)
    }

    @Test("a stream whose headers are wrong too ends in a wait or with a last answer", arguments: 0..<40)
    func mutatedStreams(seed: UInt64) throws {
        var generator = SplitMix(seed: seed)
        var connection = ServerConnection(limits: Limits())
        for _ in 0..<50 {
            var bytes = frame(mutatedRequest(using: &generator))
            if Int.random(in: 0..<10, using: &generator) == 0 {
                bytes[Int.random(in: 0..<4, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
            }
            let steps = connection.steps(after: bytes)
            for step in steps {
                if case .request(let id?, _) = step { connection.answered(id) }
                if case .answer = step { #expect(try step.refusal != nil) }
            }
            if let last = steps.last, last.closes {
                #expect(try last.refusal?.id == nil)
                return
            }
        }
    }

    /// A valid request of which some bytes are changed, lost, doubled or moved, or none.
    private func mutatedRequest(using generator: inout SplitMix) -> [UInt8] {
        let sample = methodSamples.randomElement(using: &generator) ?? methodSamples[0]
        var body = Array(requestText(sample.method.rawValue, sample.full).utf8)
        let interesting = Array("{}[]\",:\\0-1.eE\u{0}\u{7F}ntu ".utf8) + [0x80, 0xC3, 0xFF]
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let index = Int.random(in: 0..<body.count, using: &generator)
            let end = min(body.count, index + Int.random(in: 1...12, using: &generator))
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: body[index] = interesting.randomElement(using: &generator) ?? 0
            case 1: body[index] = UInt8.random(in: 0...255, using: &generator)
            case 2 where end - index < body.count: body.removeSubrange(index..<end)
            case 3: body.insert(contentsOf: body[index..<end], at: index)
            default: body.insert(interesting.randomElement(using: &generator) ?? 0, at: index)
            }
        }
        return body
    }
}
