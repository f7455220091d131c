import CSystemd
import Glibc

/// The sockets that systemd opened for this process (socket activation).
public enum InheritedSockets {
    public enum Failure: Error, Hashable, Sendable {
        /// Asking failed.
        case fault(SystemdFault)
        /// The descriptor is something else than a listening Unix stream socket: the socket unit is wrong.
        case notAListeningUnixStream(descriptor: Int32)
    }

    /// The descriptors handed over, in the order of the socket unit; empty when started by hand.
    ///
    /// They are the caller's to close, and are not inherited further. Call it once, at the start.
    /// - Throws: ``Failure`` when one of them does not fit; none is closed then.
    public static func descriptors() throws(Failure) -> [Int32] {
        let count = sd_listen_fds(0)
        if count < 0 { throw .fault(SystemdFault(call: .listenFDs, code: -count)) }
        let first = SD_LISTEN_FDS_START
        let descriptors = Array(first..<first + count)
        for descriptor in descriptors {
            try check(descriptor)
        }
        return descriptors
    }

    /// Where clients find the socket; nil where it has no path.
    public static func path(of descriptor: Int32) -> String? {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
        let path = withUnsafeBytes(of: address.sun_path) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return path.isEmpty ? nil : path
    }

    static func check(_ descriptor: Int32) throws(Failure) {
        let listening: Int32 = 1
        let result = sd_is_socket_unix(descriptor, Int32(SOCK_STREAM.rawValue), listening, nil, 0)
        if result < 0 { throw .fault(SystemdFault(call: .isSocketUnix, code: -result)) }
        if result == 0 { throw .notAListeningUnixStream(descriptor: descriptor) }
    }
}

extension InheritedSockets.Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .fault(let fault): fault.description
        case .notAListeningUnixStream(let descriptor):
            "inherited descriptor \(descriptor) is not a listening Unix stream socket"
        }
    }
}
