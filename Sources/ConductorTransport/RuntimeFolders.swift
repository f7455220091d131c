#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The folders where a user's own daemon may have its socket, the best first. Daemon and clients meet there, whatever
/// their environments say; none of them is another user's.
public struct RuntimeFolders: Hashable, Sendable {
    /// Whose a folder is.
    public enum Holder: Hashable, Sendable {
        /// It can be made.
        case nobody
        case user(UInt32, isPrivate: Bool)
        /// It is no folder, or can be neither looked at nor made.
        case unknown
    }

    /// Not empty but where another user has taken the last one.
    public let paths: [String]

    /// - Parameter holder: who has a path; whether that is itself one, not a link to one, where `isPrivate`.
    public init(
        environment: (String) -> String?, uid: UInt32, holder: (String) -> Holder = RuntimeFolders.holder
    ) {
        var paths: [String] = []
        if let named = environment("XDG_RUNTIME_DIR"), named.hasPrefix("/") {
            switch holder(named) {
            case .nobody: paths.append(named + "/conductor")
            case .user(uid, _): paths.append(named + "/conductor")
            case .user, .unknown: break
            }
        }
        // Where systemd has it, though cron or su did not say so.
        let usual = "/run/user/\(uid)"
        if case .user(uid, _) = holder(usual), !paths.contains(usual + "/conductor") {
            paths.append(usual + "/conductor")
        }
        let fallback = Self.fallback(of: uid)
        switch holder(fallback) {
        case .nobody, .user(uid, isPrivate: true): paths.append(fallback)
        case .user, .unknown: break
        }
        self.paths = paths
    }

    /// Where there is no other: everybody may write in /tmp, so it is used only where it is its user's alone.
    public static func fallback(of uid: UInt32) -> String { "/tmp/conductor-\(uid)" }

    public static func holder(of path: String) -> Holder {
        var status = stat(), link = stat()
        guard stat(path, &status) == 0, lstat(path, &link) == 0 else {
            return errno == ENOENT && canBeMade(path) ? .nobody : .unknown
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return .unknown }
        let isPrivate = link.st_mode & S_IFMT == S_IFDIR && status.st_mode & 0o077 == 0
        return .user(status.st_uid, isPrivate: isPrivate)
    }

    /// Whether the nearest folder above that is there may be written: /run/user may not, once the user's folder is gone.
    private static func canBeMade(_ path: String) -> Bool {
        var parent = path[...]
        while let slash = parent.lastIndex(of: "/") {
            parent = parent[..<slash]
            if access(parent.isEmpty ? "/" : String(parent), W_OK | X_OK) == 0 { return true }
            if errno != ENOENT { return false }
        }
        return false
    }
}
