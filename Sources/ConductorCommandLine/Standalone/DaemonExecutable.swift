import ConductorAgent
import Glibc

/// The daemon that belongs to this program.
enum DaemonExecutable {
    /// Beside this program, or in the `sbin` beside its folder, as both are installed; else in `$PATH`, or where it would
    /// hold the folders of system programs.
    static func find() throws(CommandNotRunnable) -> String {
        for place in places(besides: ownFolder()) {
            if let found = try? CommandPath.resolve("\(place)/conductord") { return found }
        }
        do throws(CommandNotRunnable) {
            return try CommandPath.resolve("conductord")
        } catch {
            for place in ["/usr/local/sbin", "/usr/sbin"] {
                if let found = try? CommandPath.resolve("\(place)/conductord") { return found }
            }
            throw error
        }
    }

    static func places(besides folder: String?) -> [String] {
        guard let folder else { return [] }
        guard let slash = folder.lastIndex(of: "/"), folder.hasSuffix("/bin") else { return [folder] }
        return [folder, folder[..<slash] + "/sbin"]
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
