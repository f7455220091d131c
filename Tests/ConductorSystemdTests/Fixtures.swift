import Glibc

/// A call of the test's own that failed.
struct FixtureError: Error {
    let call: String
    let code = errno
}

/// A directory of the test's own, removed with what is in it.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/conductor-test-XXXXXX\0".utf8CString)
        guard mkdtemp(&template) != nil else { throw FixtureError(call: "mkdtemp") }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit {
        for name in ["socket", "notify", "silent", "datagram"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}

/// A Unix socket bound to a path.
final class UnixSocket {
    enum Kind {
        case stream
        case datagram
    }

    let descriptor: Int32

    init(_ kind: Kind, boundTo path: String) throws {
        let type = kind == .stream ? SOCK_STREAM : SOCK_DGRAM
        descriptor = socket(AF_UNIX, Int32(type.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw FixtureError(call: "bind") }
    }

    deinit { Glibc.close(descriptor) }

    func listen() {
        Glibc.listen(descriptor, 1)
    }

    /// Waits for one datagram.
    func receive() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

final class Pipe {
    enum Kind {
        case ofBytes
        /// What is written at once is read at once.
        case ofPackets
    }

    let readEnd: Int32
    let writeEnd: Int32
    private var open: Set<Int32>

    init(_ kind: Kind = .ofBytes) throws {
        var ends: [Int32] = [-1, -1]
        let result =
            switch kind {
            case .ofBytes: pipe(&ends)
            case .ofPackets: socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends)
            }
        guard result == 0 else { throw FixtureError(call: "pipe") }
        readEnd = ends[0]
        writeEnd = ends[1]
        open = Set(ends)
    }

    deinit { for end in open { close(end) } }

    func closeReadEnd() {
        if open.remove(readEnd) != nil { close(readEnd) }
    }

    func closeWriteEnd() {
        if open.remove(writeEnd) != nil { close(writeEnd) }
    }

    /// The write end, now the caller's to close.
    func takeWriteEnd() -> Int32 {
        open.remove(writeEnd)
        return writeEnd
    }

    /// Makes the write end non-blocking, and fills it until it takes no more.
    /// - Returns: how many bytes fitted.
    func fill() -> Int {
        _ = fcntl(writeEnd, F_SETFL, O_NONBLOCK)
        let block = [UInt8](repeating: UInt8(ascii: "\n"), count: 4096)
        var total = 0
        while case let count = write(writeEnd, block, block.count), count > 0 { total += count }
        return total
    }

    /// Waits until the write end is closed.
    func readToEnd() -> String { readPackets().joined() }

    /// What each read gives until the write end is closed.
    func readPackets() -> [String] {
        var all: [[UInt8]] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while case let count = Glibc.read(readEnd, &chunk, chunk.count), count > 0 {
            all.append(Array(chunk[..<count]))
        }
        return all.map { String(decoding: $0, as: UTF8.self) }
    }
}
