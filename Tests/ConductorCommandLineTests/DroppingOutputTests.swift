import ConductorCommandLine
import Foundation
import Testing

@Suite("An output that nobody reads")
struct DroppingOutputTests {
    @Test("holds nobody up: lines are dropped, and the next that is taken says how many")
    func drops() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        // So small that the first line blocks its writer. The number is F_SETPIPE_SZ of fcntl(2).
        let size = fcntl(descriptor, 1031, 4096)
        let block = String(repeating: "x", count: Int(size))
        let output = DroppingOutput(Output(descriptor: descriptor), maximumBytes: Int(size) + 10) { "\($0) missing" }
        output.line(block)
        for _ in 0..<3 { output.line("dropped by their number and size") }
        let first = try #require(try pipe.fileHandleForReading.read(upToCount: Int(size) + 1))
        #expect(first.count == Int(size) + 1)
        output.finish()
        output.line("heard")
        output.finish()
        let rest = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        #expect(rest == "3 missing\nheard\n")
    }
}
