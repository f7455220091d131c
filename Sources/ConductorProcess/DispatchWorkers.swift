import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The thread pool of libdispatch, which runs Swift's tasks.
enum DispatchWorkers {
    /// Starts the pool before anything is queued, where `/proc` does not show this process: in a bare chroot, or in a PID
    /// namespace with the `/proc` of another.
    ///
    /// From the start of its first worker on, and then once a second, libdispatch looks into `/proc/TID/stat` of its
    /// workers if work is queued at that moment, and traps where it finds nothing (`src/event/workqueue.c`). At the
    /// start of a program work is queued; later on, in programs that do little on this pool, it hardly ever is.
    static func startWhereUnseen() {
        guard !isSeen else { return }
        let ran = DispatchSemaphore(value: 0)
        DispatchQueue.global().async { ran.signal() }
        ran.wait()
        // Time for that first look, which nothing tells of.
        usleep(2000)
    }

    private static var isSeen: Bool {
        var target = [CChar](repeating: 0, count: 24)
        guard readlink("/proc/self", &target, target.count - 1) > 0 else { return false }
        return String(decoding: target.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) == "\(getpid())"
    }
}
