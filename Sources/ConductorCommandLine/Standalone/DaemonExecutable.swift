import ConductorAgent
import Glibc

/// The daemon that belongs to this program.
enum DaemonExecutable {
    /// Beside this program, else in `$PATH`.
    static func find() throws(CommandNotRunnable) -> String {
        if let folder = ownFolder(), let sibling = try? CommandPath.resolve("\(folder)/conductord") { return sibling }
        return try CommandPath.resolve("conductord")
    }

    private static func ownFolder() -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count =
            buffer.withUnsafeMutableBytes { bytes in
                bytes.baseAddress.map {
                    readlink("/proc/self/exe", $0.assumingMemoryBound(to: CChar.self), bytes.count)
                }
            } ?? 0
        guard count > 0, let slash = buffer[..<count].lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return String(decoding: buffer[..<slash], as: UTF8.self)
    }
}
