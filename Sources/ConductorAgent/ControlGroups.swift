import CConductorAgent
import ConductorModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A subtree of control groups (cgroup v2) that the service manager has delegated to this program, with `Delegate=`:
/// each attempt gets a group of its own below it.
package struct ControlGroups: Sendable {
    /// Where control groups are mounted: alone, or beside those of version 1.
    private static let mounts = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]

    private let folder: String

    /// Takes what has been delegated; nil where nothing has been: the groups of others are left alone.
    ///
    /// This process moves into a group of its own first, as the kernel gives out no resources below a group that has
    /// processes. What an earlier process has left there is ended.
    package static func delegated() -> ControlGroups? {
        guard let folder = ownFolder(), control_group_is_delegated(folder) != 0 else { return nil }
        return ControlGroups(taking: folder)
    }

    /// - Parameter folder: Where this process may make groups; nil where it may not after all.
    init?(taking folder: String) {
        self.folder = folder
        let own = "\(folder)/agent"
        guard mkdir(own, 0o755) == 0 || errno == EEXIST, Self.write("\(getpid())", to: "\(own)/cgroup.procs") else {
            return nil
        }
        for name in Self.names(in: folder) where name.hasPrefix("attempt-") {
            Self.end("\(folder)/\(name)")
        }
        // Where the kernel does not count memory here, the guard measures what it can.
        _ = Self.write("+memory", to: "\(folder)/cgroup.subtree_control")
    }

    /// A new group; nil where the kernel refuses it. The attempt's guard removes it.
    func make(for token: AttemptToken) -> String? {
        let path = "\(folder)/attempt-\(token)"
        return mkdir(path, 0o755) == 0 ? path : nil
    }

    /// Ends all that is in a group whose guard cannot, and removes it.
    static func end(_ group: String) {
        control_group_kill(group)
        control_group_remove(group)
    }

    private static func ownFolder() -> String? {
        guard let mount = mounts.first(where: { access("\($0)/cgroup.controllers", F_OK) == 0 }),
            let text = read("/proc/self/cgroup")
        else { return nil }
        // Version 1's groups have a number and a name; `0::/path` is version 2's.
        let line = text.split(separator: "\n").first { $0.hasPrefix("0::") }
        return line.map { mount + $0.dropFirst(3) }
    }

    private static func write(_ text: String, to path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return Glibc.write(file, text, text.utf8.count) == text.utf8.count
    }

    private static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = Glibc.read(file, &bytes, bytes.count)
        return count >= 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }

    private static func names(in folder: String) -> [String] {
        guard let entries = opendir(folder) else { return [] }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }
}
