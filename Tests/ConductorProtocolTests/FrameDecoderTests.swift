import ConductorRandom
import ConductorProtocol
import Testing

@Suite("Frame decoder")
struct FrameDecoderTests {
    @Test("a frame that comes byte by byte is whole with its last byte, and not before")
    func drip() throws {
        var decoder = FrameDecoder(maximumBytes: 100)
        let bytes = frame("{}")
        for byte in bytes.dropLast() {
            decoder.append([byte])
            #expect(try decoder.next() == nil)
            #expect(decoder.isInsideFrame)
        }
        decoder.append([bytes[bytes.count - 1]])
        #expect(try decoder.next() == Array("{}".utf8))
        #expect(try decoder.next() == nil)
        #expect(!decoder.isInsideFrame)
    }

    @Test("frames that come in one burst are handed out in their order, and what is left over waits")
    func burst() throws {
        var decoder = FrameDecoder(maximumBytes: 100)
        let bodies = (1...50).map { Array(repeating: UInt8($0), count: $0) }
        let last = frame("tail")
        decoder.append(bodies.flatMap(frame) + last.dropLast(2))
        for body in bodies { #expect(try decoder.next() == body) }
        #expect(try decoder.next() == nil)
        #expect(decoder.isInsideFrame)
        decoder.append(Array(last.suffix(2)))
        #expect(try decoder.next() == Array("tail".utf8))
        #expect(!decoder.isInsideFrame)
    }

    @Test("however a stream is cut, the same frames come out", arguments: 0..<20)
    func anyCut(seed: UInt64) throws {
        var generator = SplitMix(seed: seed)
        let bodies = (0..<40).map { _ in
            (0..<Int.random(in: 1...300, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
        var rest = bodies.flatMap(frame)[...]
        var decoder = FrameDecoder(maximumBytes: 300)
        var found: [[UInt8]] = []
        while !rest.isEmpty {
            let count = Int.random(in: 0...min(500, rest.count), using: &generator)
            decoder.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
            while let body = try decoder.next() { found.append(body) }
        }
        #expect(found == bodies)
        #expect(!decoder.isInsideFrame)
    }

    @Test("an empty stream holds no frame")
    func nothing() throws {
        var decoder = FrameDecoder(maximumBytes: 100)
        #expect(!decoder.isInsideFrame)
        decoder.append([])
        #expect(try decoder.next() == nil)
        #expect(!decoder.isInsideFrame)
    }

    @Test("a frame of no bytes is a fault")
    func empty() {
        var decoder = FrameDecoder(maximumBytes: 100)
        decoder.append([0, 0, 0, 0])
        #expect(throws: FrameDecoder.Fault.empty) { try decoder.next() }
    }

    @Test("a frame may have as many bytes as the limit says, and not one more")
    func maximum() throws {
        var decoder = FrameDecoder(maximumBytes: 70_000)
        let largest = Array(repeating: UInt8(ascii: "x"), count: 70_000)
        decoder.append(frame(largest))
        #expect(try decoder.next() == largest)
        decoder.append([0, 1, 0x11, 0x71])
        #expect(throws: FrameDecoder.Fault.tooLarge(declared: 70_001, maximum: 70_000)) { try decoder.next() }
    }

    @Test("what a header declares is judged before a byte of the body has come")
    func declaredLength() throws {
        var decoder = FrameDecoder(maximumBytes: 4 << 20)
        decoder.append([0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: FrameDecoder.Fault.tooLarge(declared: 0xFFFF_FFFF, maximum: 4 << 20)) { try decoder.next() }
    }

    @Test("ten thousand headers that declare the largest frame take no memory for it")
    func declaredLengthTakesNoMemory() throws {
        // 40 GiB, were it taken: more than any machine that runs these tests would give.
        var decoders = Array(repeating: FrameDecoder(maximumBytes: 4 << 20), count: 10_000)
        for index in decoders.indices {
            decoders[index].append([0, 0x40, 0, 0, UInt8(ascii: "{")])
            #expect(try decoders[index].next() == nil)
        }
        #expect(decoders.allSatisfy { $0.isInsideFrame })
    }

    @Test("whole frames before a fault are still handed out, and the fault stays")
    func faultAfterFrames() throws {
        var decoder = FrameDecoder(maximumBytes: 10)
        decoder.append(frame("a") + [0, 0, 0, 0] + frame("b"))
        #expect(try decoder.next() == [UInt8(ascii: "a")])
        #expect(throws: FrameDecoder.Fault.empty) { try decoder.next() }
        #expect(throws: FrameDecoder.Fault.empty) { try decoder.next() }
    }
}
