#if Bridge
import CNATS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A call of the library that failed.
public struct NATSFault: Error, Hashable, Sendable, CustomStringConvertible {
    public let call: String
    public let reason: String

    init(_ call: String, _ status: natsStatus) {
        self.call = call
        reason = String(cString: natsStatus_GetText(status))
    }

    public var description: String { "NATS: \(call): \(reason)" }
}

/// The library's options, for one connection.
final class NATSSettings {
    let pointer: OpaquePointer

    init(_ options: NATSOptions, _ receiver: NATSReceiver) throws(NATSFault) {
        var pointer: OpaquePointer?
        let status = natsOptions_Create(&pointer)
        guard let pointer, status == NATS_OK else { throw NATSFault("options", status) }
        self.pointer = pointer
        try setServers(options)
        try setSecurity(options)
        try setPatience(options)
        try setCallbacks(receiver)
    }

    deinit {
        natsOptions_Destroy(pointer)
    }

    private func check(_ call: String, _ status: natsStatus) throws(NATSFault) {
        guard status == NATS_OK else { throw NATSFault(call, status) }
    }

    private func setServers(_ options: NATSOptions) throws(NATSFault) {
        let servers = options.servers.map { strdup($0) }
        defer { for server in servers { free(server) } }
        var pointers = servers.map { UnsafePointer($0) }
        let status = natsOptions_SetServers(pointer, &pointers, Int32(pointers.count))
        try check("server \(options.servers.joined(separator: ", "))", status)
        try check("name", natsOptions_SetName(pointer, "conductor-bridge \(options.host)"))
    }

    private func setSecurity(_ options: NATSOptions) throws(NATSFault) {
        if let file = options.credentialsFile {
            try check("credentials \(file)", natsOptions_SetUserCredentialsFromFiles(pointer, file, nil))
        }
        if let user = options.user, let password = options.password {
            try check("user \(user)", natsOptions_SetUserInfo(pointer, user, password))
        }
        guard let tls = options.tls else { return }
        try check("TLS", natsOptions_SetSecure(pointer, true))
        if let file = tls.authoritiesFile {
            try check("authorities \(file)", natsOptions_LoadCATrustedCertificates(pointer, file))
        }
        if let certificate = tls.certificateFile, let key = tls.keyFile {
            let status = natsOptions_LoadCertificatesChain(pointer, certificate, key)
            try check("certificate \(certificate) with key \(key)", status)
        }
    }

    /// It never gives up; what is sent meanwhile is repeated by the bridges, and not kept.
    private func setPatience(_ options: NATSOptions) throws(NATSFault) {
        let wait = Int64(options.reconnectWait / .milliseconds(1))
        let settings: [(String, natsStatus)] = [
            ("reconnect", natsOptions_SetMaxReconnect(pointer, -1)),
            ("reconnect wait", natsOptions_SetReconnectWait(pointer, wait)),
            ("reconnect jitter", natsOptions_SetReconnectJitter(pointer, wait / 4, wait / 4)),
            ("reconnect buffer", natsOptions_SetReconnectBufSize(pointer, 64 << 10)),
            ("write deadline", natsOptions_SetWriteDeadline(pointer, 5_000)),
            ("ping interval", natsOptions_SetPingInterval(pointer, 5_000)),
            ("send at once", natsOptions_SetSendAsap(pointer, true)),
        ]
        for (call, status) in settings { try check(call, status) }
    }

    private func setCallbacks(_ receiver: NATSReceiver) throws(NATSFault) {
        // Released by the callback that is the last.
        let closure = Unmanaged.passRetained(receiver).toOpaque()
        let connected: natsConnectionHandler = { connection, closure in
            NATSSettings.receiver(closure)?.connected(connection)
        }
        let settings: [(String, natsStatus)] = [
            ("first connection", natsOptions_SetRetryOnFailedConnect(pointer, true, connected, closure)),
            ("reconnected", natsOptions_SetReconnectedCB(pointer, connected, closure)),
            (
                "disconnected",
                natsOptions_SetDisconnectedCB(
                    pointer, { NATSSettings.receiver($1)?.disconnected($0) }, closure)
            ),
            (
                "errors",
                natsOptions_SetErrorHandler(
                    pointer,
                    { connection, _, status, closure in
                        NATSSettings.receiver(closure)?.failed(status, connection)
                    }, closure)
            ),
            (
                "closed",
                natsOptions_SetClosedCB(
                    pointer,
                    { connection, closure in
                        NATSSettings.receiver(closure)?.closed(connection)
                        closure.map { Unmanaged<NATSReceiver>.fromOpaque($0).release() }
                    }, closure)
            ),
        ]
        for (call, status) in settings { try check(call, status) }
    }

    private static func receiver(_ closure: UnsafeMutableRawPointer?) -> NATSReceiver? {
        closure.map { Unmanaged<NATSReceiver>.fromOpaque($0).takeUnretainedValue() }
    }
}
#endif
