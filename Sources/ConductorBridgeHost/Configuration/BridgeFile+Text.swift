#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension BridgeFile {
    /// Why a file cannot be read.
    public enum Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
        case failed(call: String, errno: CInt)
        case notText
        case tooLong

        public var description: String {
            switch self {
            case .failed(let call, let errno): "\(call) failed: \(String(cString: strerror(errno)))"
            case .notText: "is not UTF-8"
            case .tooLong: "is longer than \(BridgeFile.maximumBytes) bytes"
            }
        }
    }

    private static let maximumBytes = 1 << 20

    /// What the file at `path` says.
    public static func text(of path: String) throws(Unreadable) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .failed(call: "open", errno: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var portion = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &portion, portion.count)
            if count == 0 { break }
            if count > 0 {
                bytes += portion[..<count]
            } else if errno != EINTR {
                throw .failed(call: "read", errno: errno)
            }
            guard bytes.count <= maximumBytes else { throw .tooLong }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
        return text
    }
}
