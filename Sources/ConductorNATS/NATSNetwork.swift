#if Bridge
import CNATS
import ConductorBridge
import ConductorBridgeHost
import NIOPosix
import Synchronization

/// A connection to NATS servers that is made anew for as long as it takes.
///
/// The library calls from threads of its own: what comes goes through a bounded queue. What is sent leaves on one thread,
/// which waits where the servers do not read; what then finds no room is left out.
public final class NATSNetwork: BridgeNetwork {
    private static let waitingPackets = 4_096
    private static let waitingBytes = 64 << 20

    private let options: NATSOptions
    // Unsafe: the library's own locks guard what it points to, and only `deinit` ends it.
    private nonisolated(unsafe) let connection: OpaquePointer
    private nonisolated(unsafe) let subscription: OpaquePointer
    private let receiver: NATSReceiver
    private let sender = NIOThreadPool(numberOfThreads: 1)
    private let waiting = Atomic<Int>(0)
    private let waitingBytes = Atomic<Int>(0)
    private let missed = Atomic<Int>(0)

    /// Returns once it has connected, or once a first attempt has failed; then it goes on trying.
    /// - Parameter observe: Called from threads of the library; it must not wait.
    /// - Throws: where the options cannot be used: a file that is not there, a server that is none.
    public static func connect(
        _ options: NATSOptions, observe: @escaping @Sendable (NATSNotice) -> Void
    ) async throws -> NATSNetwork {
        // The library waits for the server, on a thread that is there for waiting.
        try await NIOThreadPool.singleton.runIfActive { try NATSNetwork(options, observe: observe) }
    }

    private init(_ options: NATSOptions, observe: @escaping @Sendable (NATSNotice) -> Void) throws(NATSFault) {
        self.options = options
        receiver = NATSReceiver(options, observe: observe)
        let settings = try NATSSettings(options, receiver)
        var connection: OpaquePointer?
        let status = withExtendedLifetime(settings) { natsConnection_Connect(&connection, settings.pointer) }
        guard let connection, status == NATS_OK || status == NATS_NOT_YET_CONNECTED else {
            receiver.abandon()
            throw NATSFault("connect to \(options.servers.joined(separator: ", "))", status)
        }
        do {
            subscription = try Self.subscribe(connection, options, receiver)
        } catch {
            natsConnection_Destroy(connection)
            throw error
        }
        self.connection = connection
        sender.start()
        if status == NATS_OK { receiver.connected(connection) }
    }

    deinit {
        receiver.close()
        natsConnection_Close(connection)
        natsSubscription_Destroy(subscription)
        natsConnection_Destroy(connection)
        sender.shutdownGracefully { _ in }
    }

    private static func subscribe(
        _ connection: OpaquePointer, _ options: NATSOptions, _ receiver: NATSReceiver
    ) throws(NATSFault) -> OpaquePointer {
        let subject = NATSSubject.all(prefix: options.prefix, to: options.host)
        var subscription: OpaquePointer?
        let closure = Unmanaged.passRetained(receiver)
        let status = natsConnection_Subscribe(
            &subscription, connection, subject,
            { _, _, message, closure in
                guard let message, let closure else { return }
                defer { natsMsg_Destroy(message) }
                Unmanaged<NATSReceiver>.fromOpaque(closure).takeUnretainedValue().receive(message)
            }, closure.toOpaque())
        guard status == NATS_OK, let subscription else {
            closure.release()
            throw NATSFault("subscribe to \(subject)", status)
        }
        natsSubscription_SetPendingLimits(subscription, Int32(waitingPackets), Int32(waitingBytes))
        natsSubscription_SetOnCompleteCB(
            subscription, { $0.map { Unmanaged<NATSReceiver>.fromOpaque($0).release() } }, closure.toOpaque())
        return subscription
    }

    public var packets: AsyncThrowingStream<BridgePacket, any Error> { receiver.queue.packets }

    /// How many packets were left out on their way out.
    public var unsentCount: Int { missed.load(ordering: .relaxed) }

    /// How many were left out on their way in.
    public var unreadCount: Int { receiver.queue.missedCount }

    public func send(_ packet: BridgePacket) {
        let size = packet.body.count
        guard waiting.load(ordering: .relaxed) < Self.waitingPackets,
            waitingBytes.load(ordering: .relaxed) + size <= Self.waitingBytes
        else {
            missed.add(1, ordering: .relaxed)
            return
        }
        waiting.add(1, ordering: .relaxed)
        waitingBytes.add(size, ordering: .relaxed)
        sender.submit { [self] state in
            if case .active = state { publish(packet) }
            waiting.subtract(1, ordering: .relaxed)
            waitingBytes.subtract(size, ordering: .relaxed)
        }
    }

    private func publish(_ packet: BridgePacket) {
        let subject = NATSSubject(prefix: options.prefix, side: packet.side, to: packet.peer, from: options.host)
        let status = packet.body.withUnsafeBytes {
            natsConnection_Publish(connection, subject.description, $0.baseAddress, Int32($0.count))
        }
        if status != NATS_OK {
            missed.add(1, ordering: .relaxed)
            receiver.unsent(status, bytes: packet.body.count)
        }
    }
}
#endif
