#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Refuses what another user could write: a daemon that read it would do what that user wants.
enum Ownership {
    /// A folder of one's own that nobody else may write to, below folders where nobody else can exchange it.
    ///
    /// The path may lead over a link, as that of a service with a dynamic user does.
    static func check(folder path: String) throws(StoreFault) {
        guard let place = resolved(path) else {
            throw .system(errno, at: path, "cannot be found")
        }
        guard let state = status(of: place) else { throw .system(errno, at: path, "cannot be looked at") }
        guard state.isOwn else { throw .foreign(path, state.st_uid) }
        guard !state.isWritableByOthers else { throw .writable(path) }
        var parent = place[...]
        while let slash = parent.lastIndex(of: "/"), parent.count > 1 {
            parent = slash == parent.startIndex ? "/" : parent[..<slash]
            try check(parent: String(parent))
        }
    }

    /// Whoever may write to it may rename what is in it, unless it is sticky.
    private static func check(parent path: String) throws(StoreFault) {
        guard let state = status(of: path) else { throw .system(errno, at: path, "cannot be looked at") }
        guard state.isOwn || state.isUnmapped else { throw .foreign(path, state.st_uid) }
        guard !state.isWritableByOthers || state.isPrivateToItsGroup || state.st_mode & S_ISVTX != 0 else {
            throw .writable(path)
        }
    }

    /// A file of one's own that nobody else may write to; one that is missing will be.
    static func check(file path: String) throws(StoreFault) {
        guard let state = status(of: path) else {
            if errno == ENOENT { return }
            throw .system(errno, at: path, "cannot be looked at")
        }
        guard state.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path) }
        guard state.isOwn else { throw .foreign(path, state.st_uid) }
        guard !state.isWritableByOthers else { throw .writable(path) }
    }

    private static func resolved(_ path: String) -> String? {
        guard let place = realpath(path, nil) else { return nil }
        defer { free(place) }
        return String(cString: place)
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }
}

extension stat {
    /// Root may do everything as it is.
    fileprivate var isOwn: Bool { st_uid == 0 || st_uid == geteuid() }

    /// In a user namespace, what is root's outside of it (user_namespaces(7), `overflowuid`).
    fileprivate var isUnmapped: Bool { st_uid == 65_534 }

    /// Only its group may write to it beside its owner, and that is the owner's own: users have one of their number where
    /// their umask is 002.
    var isPrivateToItsGroup: Bool { st_mode & S_IWOTH == 0 && st_uid != 0 && st_gid == st_uid }

    fileprivate var isWritableByOthers: Bool { st_mode & (S_IWGRP | S_IWOTH) != 0 }
}

extension StoreFault {
    fileprivate static func foreign(_ path: String, _ uid: UInt32) -> StoreFault {
        let user = getpwuid(uid).map { String(cString: $0.pointee.pw_name) } ?? "\(uid)"
        return StoreFault(.notPrivate, at: path, "belongs to \(user), and not to the user of this daemon")
    }

    fileprivate static func writable(_ path: String) -> StoreFault {
        StoreFault(
            .notPrivate, at: path, "can be written to by other users: chmod go-w, once you know that none of them has")
    }

    static func notAFile(_ path: String) -> StoreFault {
        StoreFault(.notPrivate, at: path, "is not a regular file")
    }
}
