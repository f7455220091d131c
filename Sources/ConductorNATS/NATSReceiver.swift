#if Bridge
import CNATS
import ConductorBridge
import ConductorBridgeHost
import Synchronization

/// What happens to the connection, for a log.
public enum NATSNotice: Sendable {
    /// `payloadLimit`: the longest message that the server takes, in bytes.
    case connected(server: String, payloadLimit: Int)
    case disconnected(reason: String)
    /// For good: the servers refuse the user.
    case closed(reason: String)
    /// Something that did not end the connection, such as a subject that is not permitted.
    case trouble(String)
    /// A message whose subject is none of ours.
    case strangeSubject(String)
    case unsent(reason: String, bytes: Int)
}

/// What the library calls, from its threads.
final class NATSReceiver: Sendable {
    let queue = PacketQueue()
    private let prefix: String
    private let host: HostName
    private let observe: @Sendable (NATSNotice) -> Void
    private let isClosing = Atomic<Bool>(false)

    init(_ options: NATSOptions, observe: @escaping @Sendable (NATSNotice) -> Void) {
        prefix = options.prefix
        host = options.host
        self.observe = observe
    }

    func receive(_ message: OpaquePointer) {
        let text = natsMsg_GetSubject(message).map { String(cString: $0) } ?? ""
        guard let subject = NATSSubject(text, prefix: prefix), subject.to == host else {
            return observe(.strangeSubject(text))
        }
        let count = Int(natsMsg_GetDataLength(message))
        let body = natsMsg_GetData(message).map { data in
            data.withMemoryRebound(to: UInt8.self, capacity: count) {
                Array(UnsafeBufferPointer(start: $0, count: count))
            }
        }
        queue.offer(BridgePacket(for: subject.side, peer: subject.from, body: body ?? []))
    }

    func connected(_ connection: OpaquePointer?) {
        var server = [CChar](repeating: 0, count: 512)
        natsConnection_GetConnectedUrl(connection, &server, server.count)
        let url = String(decoding: server.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        observe(.connected(server: url, payloadLimit: Int(natsConnection_GetMaxPayload(connection))))
    }

    /// The end that comes is our own.
    func close() {
        isClosing.store(true, ordering: .relaxed)
    }

    func disconnected(_ connection: OpaquePointer?) {
        guard !isClosing.load(ordering: .relaxed) else { return }
        observe(.disconnected(reason: reason(connection)))
    }

    func closed(_ connection: OpaquePointer?) {
        if !isClosing.load(ordering: .relaxed) { observe(.closed(reason: reason(connection))) }
        queue.finish()
    }

    func failed(_ status: natsStatus, _ connection: OpaquePointer?) {
        observe(
            .trouble(status == NATS_SLOW_CONSUMER ? "messages come faster than they are taken" : reason(connection)))
    }

    func unsent(_ status: natsStatus, bytes: Int) {
        observe(.unsent(reason: String(cString: natsStatus_GetText(status)), bytes: bytes))
    }

    /// There is no connection whose end would end the queue.
    func abandon() {
        queue.finish()
    }

    private func reason(_ connection: OpaquePointer?) -> String {
        var text: UnsafePointer<CChar>?
        natsConnection_GetLastError(connection, &text)
        return text.map { String(cString: $0) } ?? ""
    }
}
#endif
