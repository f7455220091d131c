import ConductorTransport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Where the daemon's socket is.
public enum SocketPath {
    /// The system's daemon.
    public static let system = "/run/conductor/conductor.sock"

    /// What the user said wins, then `$CONDUCTOR_SOCKET`, then the user's own daemon where it has a socket,
    /// then the system's.
    public static func search(
        explicit: String? = nil, environment: (String) -> String?, exists: (String) -> Bool, uid: UInt32 = getuid(),
        holder: (String) -> RuntimeFolders.Holder = RuntimeFolders.holder,
        home: (UInt32) -> String? = RuntimeFolders.home
    ) -> String {
        if let explicit { return explicit }
        if let named = environment("CONDUCTOR_SOCKET"), !named.isEmpty { return named }
        let folders = RuntimeFolders(environment: environment, uid: uid, holder: holder, home: home)
        return folders.paths.map { $0 + "/conductor.sock" }.first(where: exists) ?? system
    }

    /// The search in this process's environment and file system.
    public static func search(explicit: String? = nil) -> String {
        search(
            explicit: explicit,
            environment: { name in getenv(name).map { String(cString: $0) } },
            exists: { path in access(path, F_OK) == 0 })
    }
}
