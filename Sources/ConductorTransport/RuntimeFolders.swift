#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The folders where a user's own daemon may have its socket, the best first. Daemon and clients meet there, whatever
/// their environments say. Each is its user's alone, or below one that is; none is in a folder that all may write to,
/// where another user could take its name first.
public struct RuntimeFolders: Hashable, Sendable {
    /// Whose a folder is.
    public enum Holder: Hashable, Sendable {
        /// It can be made.
        case nobody
        case user(UInt32, isPrivate: Bool)
        /// It is no folder, or can be neither looked at nor made.
        case unknown
    }

    public let paths: [String]

    /// - Parameters:
    ///   - holder: who has a path; whether that is itself one, not a link to one, and has mode 0700 where `isPrivate`.
    ///   - home: the user's, by the user database.
    public init(
        environment: (String) -> String?, uid: UInt32, holder: (String) -> Holder = RuntimeFolders.holder,
        home: (UInt32) -> String? = RuntimeFolders.home
    ) {
        var paths: [String] = []
        if let named = environment("XDG_RUNTIME_DIR"), named.hasPrefix("/") {
            switch holder(named) {
            case .nobody, .user(uid, isPrivate: true): paths.append(named + "/conductor")
            case .user, .unknown: break
            }
        }
        // Where systemd has it, though cron or su did not say so.
        let usual = "/run/user/\(uid)"
        if case .user(uid, isPrivate: true) = holder(usual), !paths.contains(usual + "/conductor") {
            paths.append(usual + "/conductor")
        }
        if let fallback = Self.fallback(of: uid, home: home) {
            switch holder(fallback) {
            case .nobody, .user(uid, isPrivate: true): paths.append(fallback)
            case .user, .unknown: break
            }
        }
        self.paths = paths
    }

    /// Where there is no other; nil where the user has no home.
    public static func fallback(of uid: UInt32, home: (UInt32) -> String? = RuntimeFolders.home) -> String? {
        home(uid).flatMap { $0.hasPrefix("/") ? $0 + "/.local/state/conductor/run" : nil }
    }

    /// A user's home as the user database has it, so that daemon and clients agree; where it does not know the user, as in
    /// a container, $HOME. Nil where there is neither.
    public static func home(of uid: UInt32) -> String? {
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        if getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, let found {
            return String(cString: found.pointee.pw_dir)
        }
        return getenv("HOME").map { String(cString: $0) }
    }

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
