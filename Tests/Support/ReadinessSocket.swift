import Foundation

/// Hears what a service tells its manager: the event that tests wait for instead of sleeping.
public final class ReadinessSocket: @unchecked Sendable {
    // Unchecked: the descriptor never changes, and only the one waiting thread reads from it.
    private let descriptor: Int32
    public let path: String

    public init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        unlink(path)
        let bound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard descriptor >= 0, bound == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Wakes whoever waits, for a service that ended before it was ready.
    public func giveUp() {
        shutdown(descriptor, Int32(SHUT_RD))
    }

    /// Takes in no more: whoever says something now waits until somebody reads.
    public func fill() {
        let sender = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(sender) }
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = getsockname(descriptor, pointer, &length)
                while sendto(sender, "X", 1, Int32(MSG_DONTWAIT), pointer, length) == 1 {}
            }
        }
    }

    /// Whether the service says that it is ready.
    public func waitUntilReady() async -> Bool { await hears("READY=1") }

    /// Waits for a message in which a line begins with each of these.
    public func hears(_ beginnings: String...) async -> Bool {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var buffer = [UInt8](repeating: 0, count: 4096)
                while true {
                    let count = recv(self.descriptor, &buffer, buffer.count, 0)
                    guard count > 0 else { return continuation.resume(returning: false) }
                    let lines = String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n")
                    if beginnings.allSatisfy({ beginning in lines.contains { $0.hasPrefix(beginning) } }) {
                        return continuation.resume(returning: true)
                    }
                }
            }
        }
    }
}
