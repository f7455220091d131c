import ConductorProcess
import Testing

@Suite("The limit on descriptors")
struct DescriptorLimitTests {
    @Test("can be raised more than once, and what it was at the start is known all the same")
    func raised() throws {
        let before = try #require(DescriptorLimit.raise())
        #expect(DescriptorLimit.raise() == before)
    }

    @Test("that is too low for what is needed is told in words")
    func required() throws {
        try DescriptorLimit.require(1)
        let error = try #require(throws: DescriptorLimit.TooLow.self) { try DescriptorLimit.require(.max) }
        let words = "more files may be open in this process, and it needs \(Int.max); ulimit -n allows more"
        #expect("\(error)".hasSuffix(words))
    }
}
