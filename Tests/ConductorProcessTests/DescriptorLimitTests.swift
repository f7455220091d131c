import ConductorProcess
import Testing

@Suite("The limit on descriptors")
struct DescriptorLimitTests {
    @Test("is raised once: the second time the limit before is the hard one, and nothing is lost")
    func raised() throws {
        let before = try #require(DescriptorLimit.raise())
        let free = DescriptorLimit.free
        #expect(try #require(DescriptorLimit.raise()) >= before)
        #expect(free > 0)
    }
}
