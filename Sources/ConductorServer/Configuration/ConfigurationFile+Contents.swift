#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension ConfigurationFile.Contents {
    /// No configuration is larger.
    private static let maximumBytes = 16 << 20

    /// Reads the file, which may be a pipe or /dev/null.
    init(of path: String, isRequired: Bool) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            self = errno == ENOENT && !isRequired ? .missing : .unreadable
            return
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var portion = [UInt8](repeating: 0, count: 64 << 10)
        var count: Int
        repeat {
            count = read(descriptor, &portion, portion.count)
            if count > 0 { bytes += portion[..<count] }
        } while bytes.count <= Self.maximumBytes && (count > 0 || count < 0 && errno == EINTR)
        let text = count == 0 ? String(validating: bytes, as: UTF8.self) : nil
        self = text.map { .text($0) } ?? .unreadable
    }
}
