#if Bridge
import ConductorBridge
import ConductorBridgeHost
import ConductorTestSupport
import Foundation
import Testing

@testable import ConductorNATS

@Suite("NATS", .enabled(if: NATSServer.isInstalled, "there is no nats-server"), .timeLimit(.minutes(2)))
struct NATSNetworkTests {
    @Test("carries packets to the host and the side that they are for, and says from whom they are")
    func packets() async throws {
        let server = try await NATSServer()
        let east = try await server.network("east"), farm = try await server.network("farm")
        var packets = farm.packets.makeAsyncIterator()
        // Who subscribes is heard by the server a moment later.
        let first = try await resend(from: east, for: .worker, to: farm, &packets, body: "hello")
        #expect(first.side == .worker)
        #expect(first.peer.description == "east")
        #expect(String(decoding: first.body, as: UTF8.self) == "hello")
    }

    @Test("is there again after the server was killed and started anew")
    func restart() async throws {
        let server = try await NATSServer()
        let east = try await server.network("east"), farm = try await server.network("farm")
        var packets = farm.packets.makeAsyncIterator()
        _ = try await resend(from: east, for: .worker, to: farm, &packets, body: "before")
        await server.restart()
        var said: String
        repeat {
            let packet = try await resend(from: east, for: .worker, to: farm, &packets, body: "after")
            said = String(decoding: packet.body, as: UTF8.self)
        } while said != "after"
    }

    @Test("connects to a server that is there only later")
    func late() async throws {
        let server = try await NATSServer()
        await server.kill()
        let east = try await server.network("east"), farm = try await server.network("farm")
        await server.restart()
        var packets = farm.packets.makeAsyncIterator()
        #expect(try await resend(from: east, for: .owner, to: farm, &packets, body: "late").side == .owner)
    }

    @Test("refuses files that are not there, with their names")
    func files() async throws {
        var options = NATSOptions(host: try #require(HostName("east")), servers: ["tls://127.0.0.1:1"])
        options.tls = .init(authoritiesFile: "/nowhere/ca.pem")
        let fault = await #expect(throws: NATSFault.self) { try await NATSNetwork.connect(options) { _ in } }
        #expect(fault?.description.contains("/nowhere/ca.pem") == true)
    }

    /// Sends until something comes: what is sent while a host is not there is lost.
    private func resend(
        from sender: NATSNetwork, for side: BridgeSide, to receiver: NATSNetwork,
        _ packets: inout AsyncThrowingStream<BridgePacket, any Error>.AsyncIterator, body: String
    ) async throws -> BridgePacket {
        let farm = try #require(HostName("farm"))
        let sending = Task {
            while !Task.isCancelled {
                sender.send(BridgePacket(for: side, peer: farm, body: Array(body.utf8)))
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        defer { sending.cancel() }
        return try #require(try await packets.next())
    }
}

@Suite("A subject")
struct NATSSubjectTests {
    @Test("names side, receiver and sender, and others are none of ours")
    func subject() throws {
        let east = try #require(HostName("east")), farm = try #require(HostName("farm"))
        let subject = NATSSubject(prefix: "a.b", side: .owner, to: east, from: farm)
        #expect(subject.description == "a.b.v1.owner.east.farm")
        #expect(NATSSubject(subject.description, prefix: "a.b") == subject)
        for text in ["a.b.v1.owner.east", "a.b.v2.owner.east.farm", "a.c.v1.owner.east.farm", "a.b.v1.x.east.farm", ""]
        {
            #expect(NATSSubject(text, prefix: "a.b") == nil)
        }
        #expect(NATSSubject.all(prefix: "a.b", to: east) == "a.b.v1.*.east.*")
    }
}
#endif
