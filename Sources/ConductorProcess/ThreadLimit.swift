#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How many threads this process may start. There are limits on the processes of its user (`RLIMIT_NPROC`, `ulimit -u`),
/// on its memory (`RLIMIT_AS`, `ulimit -v`), and on the tasks of its control group (`TasksMax=`).
public enum ThreadLimit {
    /// Fewer threads can be started than a program needs: its libraries would trap, or wait for ever.
    public struct TooLow: Error, Hashable, CustomStringConvertible {
        public let possible: Int
        public let needed: Int

        package init(possible: Int, needed: Int) {
            self.possible = possible
            self.needed = needed
        }

        public var description: String {
            "only \(possible) more threads can be started in this process, and it needs \(needed); ulimit -u and "
                + "ulimit -v, or the service's TasksMax=, allow more"
        }
    }

    /// Sees to it that so many can be started, by starting them. To be called before there are others.
    public static func require(_ needed: Int) throws(TooLow) {
        let possible = start(needed)
        guard possible == needed else { throw TooLow(possible: possible, needed: needed) }
    }

    /// Starts up to `wanted` threads that are there at once, and ends them.
    private static func start(_ wanted: Int) -> Int {
        let gate = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        sem_init(gate, 0, 0)
        defer {
            sem_destroy(gate)
            gate.deallocate()
        }
        var threads: [pthread_t] = []
        while threads.count < wanted, let thread = startThread(waitingAt: gate) { threads.append(thread) }
        for _ in threads { sem_post(gate) }
        for thread in threads { pthread_join(thread, nil) }
        return threads.count
    }

    private static func startThread(waitingAt gate: UnsafeMutablePointer<sem_t>) -> pthread_t? {
        var thread = pthread_t()
        let error = pthread_create(
            &thread, nil,
            { argument in
                // It takes a share of the address space for its heap too.
                free(malloc(1))
                guard let gate = argument?.assumingMemoryBound(to: sem_t.self) else { return nil }
                while sem_wait(gate) != 0, errno == EINTR {}
                return nil
            }, gate)
        return error == 0 ? thread : nil
    }
}
