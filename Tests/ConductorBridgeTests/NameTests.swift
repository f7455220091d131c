import ConductorBridge
import ConductorModel
import Testing

@Suite("Names of hosts and claims")
struct NameTests {
    @Test("a host's name is lower-case letters, digits and hyphens", arguments: ["a", "farm-1", "0"])
    func hosts(_ name: String) {
        #expect(HostName(name)?.description == name)
    }

    @Test("nothing else is a host's name", arguments: ["", "-a", "Farm", "a.b", "a b", "a*", "a>", "ä"])
    func noHosts(_ name: String) {
        #expect(HostName(name) == nil)
    }

    @Test("a host's name has at most 63 characters")
    func long() {
        #expect(HostName(String(repeating: "a", count: 63)) != nil)
        #expect(HostName(String(repeating: "a", count: 64)) == nil)
    }

    @Test("a claim makes the id of a task, and that names the claim")
    func tasks() throws {
        let owner = try #require(HostName(String(repeating: "a", count: 63)))
        let name = ClaimName(owner: owner, claim: ClaimID(high: 1, low: 2))
        #expect(ClaimName(name.taskID) == name)
    }

    @Test(
        "another task is of no other host",
        arguments: ["build", "remote:east", "remote:east:1", "remote:East:000102030405060708090a0b0c0d0e0f"])
    func others(_ text: String) throws {
        #expect(ClaimName(try #require(TaskID(text))) == nil)
    }
}
