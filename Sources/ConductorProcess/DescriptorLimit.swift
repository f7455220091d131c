#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How many descriptors this process may have open: `RLIMIT_NOFILE`, `ulimit -n`.
public enum DescriptorLimit {
    /// Fewer descriptors can be opened than a program needs, which its libraries would not survive.
    public struct TooLow: Error, Hashable, CustomStringConvertible {
        public let free: Int
        public let needed: Int

        public var description: String {
            "only \(free) more files may be open in this process, and it needs \(needed); ulimit -n allows more"
        }
    }

    /// The soft limit that this process was started with.
    private static let inherited = limit.map { UInt64($0.rlim_cur) }

    /// Raises the soft limit as far as the hard one allows.
    ///
    /// - Returns: The soft limit that this process was started with. Children want that: a program that uses `select(2)`
    ///   breaks above 1024.
    @discardableResult
    public static func raise() -> UInt64? {
        let inherited = inherited
        guard var limit else { return nil }
        limit.rlim_cur = limit.rlim_max
        return setrlimit(resource, &limit) == 0 ? inherited : nil
    }

    /// Sees to it that so many can be opened, and raises the limit only where it has to.
    public static func require(_ needed: Int) throws(TooLow) {
        if free < needed { raise() }
        let free = free
        guard free >= needed else { throw TooLow(free: free, needed: needed) }
    }

    /// How many can be open at once.
    public static var maximum: Int {
        guard let limit, limit.rlim_cur != rlim_t.max else { return .max }
        return Int(clamping: limit.rlim_cur)
    }

    /// How many more can be opened now.
    public static var free: Int {
        guard let limit, limit.rlim_cur != rlim_t.max else { return .max }
        return max(Int(clamping: limit.rlim_cur) - open, 0)
    }

    private static var limit: rlimit? {
        var limit = rlimit()
        return getrlimit(resource, &limit) == 0 ? limit : nil
    }

    private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }

    /// How many are open; 0 where `/proc` is not there.
    private static var open: Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // But for ".", ".." and the folder itself.
        return max(count - 3, 0)
    }
}
