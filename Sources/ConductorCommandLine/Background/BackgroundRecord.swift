import ConductorJSON
import Glibc

/// The record of a fleet in the background, as a file that its supervisor holds a lock on. The kernel knows who holds it,
/// and takes it away from who is killed.
package enum BackgroundRecord {
    package enum State: Hashable, Sendable {
        case none
        /// The supervisor is gone without having taken its record away: it was killed, or the machine was switched off.
        case stale(BackgroundFleet?)
        /// - Parameter fleet: Nil while it is only just beginning.
        case up(pid: Int32, fleet: BackgroundFleet?)
    }

    private static let maximumBytes = 1 << 20

    package static func state(of paths: BackgroundPaths) -> State {
        let descriptor = open(paths.record, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return .none }
        defer { close(descriptor) }
        var lock = Self.lock(F_WRLCK)
        guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else {
            return .stale(read(descriptor))
        }
        return .up(pid: lock.l_pid, fleet: read(descriptor))
    }

    /// Takes the record for this process, which keeps it until it ends. Nil where another one has it.
    package static func take(_ paths: BackgroundPaths, for fleet: BackgroundFleet) throws(SystemFault) -> Holding? {
        while true {
            let descriptor = open(paths.record, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw SystemFault(call: "open", path: paths.record, number: errno) }
            var lock = Self.lock(F_WRLCK)
            guard fcntl(descriptor, F_SETLK, &lock) == 0 else {
                let number = errno
                close(descriptor)
                if number == EAGAIN || number == EACCES { return nil }
                throw SystemFault(call: "lock", path: paths.record, number: number)
            }
            // Who had it before may have taken the file away meanwhile.
            guard isStill(descriptor, at: paths.record) else {
                close(descriptor)
                continue
            }
            let bytes = Array((fleet.jsonText.string + "\n").utf8)
            guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
                throw SystemFault(call: "write", path: paths.record, number: errno)
            }
            return Holding(path: paths.record)
        }
    }

    /// A record that this process holds.
    package struct Holding: Sendable {
        fileprivate let path: String

        /// For good order: the fleet has ended as it should. Still held, until this process ends.
        package func remove() {
            unlink(path)
        }
    }

    /// Waits until nobody holds the record. What has not been taken away then is.
    ///
    /// - Returns: whether its supervisor ended as it should.
    package static func waitForEnd(_ paths: BackgroundPaths) throws(SystemFault) -> Bool {
        let descriptor = open(paths.record, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var lock = Self.lock(F_WRLCK)
        while fcntl(descriptor, F_SETLKW, &lock) != 0 {
            guard errno == EINTR else { throw SystemFault(call: "lock", path: paths.record, number: errno) }
        }
        guard isStill(descriptor, at: paths.record) else { return true }
        unlink(paths.record)
        return false
    }

    private static func lock(_ type: CInt) -> flock {
        flock(l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }

    private static func isStill(_ descriptor: CInt, at path: String) -> Bool {
        var mine = stat(), there = stat()
        return fstat(descriptor, &mine) == 0 && lstat(path, &there) == 0 && mine.st_ino == there.st_ino
            && mine.st_dev == there.st_dev
    }

    private static func read(_ descriptor: CInt) -> BackgroundFleet? {
        var bytes = [UInt8](repeating: 0, count: maximumBytes)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0, let text = try? JSONText(parsing: String(decoding: bytes[..<count], as: UTF8.self)) else {
            return nil
        }
        return try? BackgroundFleet(json: text.parsed())
    }
}
