#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Held while a socket takes its name: of daemons that start at once, each but the first finds the name taken.
///
/// It is a file of its own, which nobody else may open: who could lock the folder could keep the daemon from starting.
struct NamingLock: ~Copyable {
    private let path: String
    private let descriptor: CInt

    init(for socket: String) throws(ListenerFault) {
        path = socket + ".lock"
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw .system(call: "open", path: path, code: errno) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let code = errno
                close(descriptor)
                throw code == EWOULDBLOCK ? .beingTaken(path: socket) : .system(call: "flock", path: path, code: code)
            }
            if Self.isNamed(descriptor, path) {
                self.descriptor = descriptor
                return
            }
            // Its holder removed it between the two calls.
            close(descriptor)
        }
    }

    deinit {
        // While it is locked: nobody can lock the file by this name before it is gone.
        unlink(path)
        close(descriptor)
    }

    private static func isNamed(_ descriptor: CInt, _ path: String) -> Bool {
        var opened = stat(), named = stat()
        return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0
            && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
    }
}
