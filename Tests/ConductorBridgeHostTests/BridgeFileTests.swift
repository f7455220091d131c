import ConductorBridge
import ConductorBridgeHost
import ConductorModel
import Testing

@Suite("bridge.yaml")
struct BridgeFileTests {
    static let whole = """
        host: east
        socket: /run/conductor/conductor.sock
        nats:
          servers: [nats://nats-1:4222, tls://nats-2:4222]
          prefix: conductor.farm
          credentials_file: /etc/conductor/bridge.creds
          ca_file: /etc/conductor/ca.pem
        offer:
          coding: {hosts: [farm-1, farm-2], capacity: 8, labels: [gpu]}
        lend:
          review: {owners: [west], capacity: 2}
        lease_seconds: 30
        report_seconds: 2.5
        """

    @Test("says what is offered and lent, to whom, and how much at once")
    func whole() throws {
        let file = try BridgeFile(Self.whole)
        #expect(file.bridge.host.description == "east")
        #expect(file.bridge.offerings[.coding]?.hosts == [name("farm-1"), name("farm-2")])
        #expect(file.bridge.offerings[.coding]?.capacity == 8)
        #expect(file.bridge.offerings[.coding]?.labels.description == "gpu")
        #expect(file.bridge.lendings[.review]?.owners == [name("west")])
        #expect(file.bridge.lease == .seconds(30))
        #expect(file.bridge.beat == .milliseconds(2_500))
        #expect(file.network.servers == ["nats://nats-1:4222", "tls://nats-2:4222"])
        #expect(file.network.prefix == "conductor.farm")
        #expect(file.network.isEncrypted)
    }

    @Test(
        "is refused with the place of what is wrong",
        arguments: [
            ("ofer: {}", #"1:1: ofer: unknown key "ofer"; did you mean "offer"?"#),
            (
                "host: East",
                "1:7: host: must be a host's name: lower-case letters, digits, and - after the first, at most 63"
            ),
            (
                "lease_seconds: 4",
                "1:1: lease_seconds: must be at least three times report_seconds, so that one may be lost"
            ),
            (
                "offer: {codng: {hosts: [farm], capacity: 1}}",
                #"1:9: offer.codng: unknown key "codng"; did you mean "coding"?"#
            ),
            ("offer: {coding: {hosts: [farm]}}", "1:17: offer.coding: must have hosts and capacity"),
            (
                "offer: {coding: {hosts: [farm], capacity: 0}}",
                "1:43: offer.coding.capacity: must be an integer from 1 to 10000"
            ),
            (
                "lend: {review: {owner: [east], capacity: 1}}",
                #"1:17: lend.review.owner: unknown key "owner"; did you mean "owners"?"#
            ),
            (
                "nats: {servers: [nats://me:secret@nats-1:4222]}",
                "1:18: nats.servers: must not have a password: use credentials_file, or user and password_file"
            ),
            ("nats: {user: me}", "1:1: nats: must have both user and password_file, or none of them"),
            ("nats: {servers: [http://nats-1]}", "1:18: nats.servers: must be addresses such as nats://nats-1:4222"),
            ("host: [", "not YAML"),
        ])
    func wrong(text: String, expected: String) throws {
        let yaml = text.hasPrefix("host") ? text : text + "\nhost: east"
        let problems = #expect(throws: BridgeFile.Problems.self) { try BridgeFile(yaml) }
        let told = problems?.problems.map(\.description) ?? []
        #expect(told.contains { $0.contains(expected) }, "\(told)")
    }

    @Test("must say by labels which agents are lent, where the same type is offered: work is not sent on")
    func sentOn() throws {
        let yaml = Self.whole + "\n"
        let both = yaml.replacing(
            "review: {owners: [west], capacity: 2}", with: "coding: {owners: [west], capacity: 2}")
        #expect(throws: BridgeFile.Problems.self) { try BridgeFile(both) }
        let labelled = both.replacing("capacity: 2}", with: "capacity: 2, labels: [shared]}")
        #expect(try BridgeFile(labelled).bridge.lendings[.coding]?.labels.description == "shared")
    }
}
