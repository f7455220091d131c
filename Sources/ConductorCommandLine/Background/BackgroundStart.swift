import Glibc

/// How `up --detach` starts a supervisor, and how that tells when it is ready: what it prints before its log begins, and then
/// words on a pipe, go to the process that started it.
package enum BackgroundStart {
    /// The supervisor's end of the pipe.
    package static let descriptor: CInt = 3

    package enum Word: String, Sendable {
        /// It has its record and its log.
        case started
        /// All its agents are registered.
        case registered
    }

    /// The supervisor ended before it had begun.
    package struct Failed: Error, CustomStringConvertible {
        package let complaints: String

        package init(complaints: String) {
            self.complaints = complaints
        }

        package var description: String {
            complaints.isEmpty ? "the supervisor ended by itself before it had begun" : complaints
        }
    }

    /// What the supervisor starts is not to hold the pipe.
    package static func keepFromAgents() {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// Says a word to who waits for it; who does not is no matter.
    package static func say(_ word: Word) {
        Output(descriptor: descriptor).attempt("\0\(word.rawValue)\n")
    }

    /// Starts this program with other arguments: in a session of its own, without a terminal.
    ///
    /// - Returns: where its words come from.
    package static func start(_ arguments: [String]) throws(SystemFault) -> Supervisor {
        var pipe: [CInt] = [-1, -1]
        guard Glibc.pipe(&pipe) == 0 else { throw SystemFault(call: "pipe", path: "", number: errno) }
        defer { close(pipe[1]) }
        keepDescriptorsFromChildren()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        // One of them may be the pipe itself, which stays open then only if it is copied to itself.
        for target in [descriptor, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_adddup2(&actions, pipe[1], target)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, newSession)
        let strings = (["conductorctl"] + arguments).map { strdup($0) }
        defer { for string in strings { free(string) } }
        var pid: pid_t = 0
        let number = posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, strings + [nil], environ)
        guard number == 0 else {
            close(pipe[0])
            throw SystemFault(call: "posix_spawn", path: "/proc/self/exe", number: number)
        }
        return Supervisor(pid: pid, descriptor: pipe[0])
    }

    /// `POSIX_SPAWN_SETSID`, which the overlay lacks.
    private static let newSession: Int16 = 0x80

    /// What was inherited, such as the lock of a script, is nothing to a process that outlives its starter.
    private static func keepDescriptorsFromChildren() {
        for descriptor in FolderEntries.names(in: "/proc/self/fd").compactMap(CInt.init)
        where descriptor > STDERR_FILENO {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    /// A supervisor that begins.
    package final class Supervisor {
        package let pid: Int32
        private let descriptor: CInt
        private var received: [UInt8] = []

        fileprivate init(pid: Int32, descriptor: CInt) {
            self.pid = pid
            self.descriptor = descriptor
        }

        deinit { close(descriptor) }

        /// Waits for a word.
        ///
        /// - Parameter limit: How long at most.
        /// - Returns: whether it came in time.
        package func wait(for word: Word, atMost limit: Duration?) throws(Failed) -> Bool {
            let deadline = limit.map { ContinuousClock.now + $0 }
            var buffer = [UInt8](repeating: 0, count: 4096)
            while !has(word) {
                let left = deadline.map { max(.zero, $0 - .now) }
                var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                let milliseconds = left.map { Int32(clamping: $0.components.seconds * 1000 + 1) } ?? -1
                if poll(&ready, 1, milliseconds) <= 0 {
                    if let deadline, deadline <= .now { return false }
                    continue
                }
                let count = read(descriptor, &buffer, buffer.count)
                guard count > 0 else {
                    if count < 0, errno == EINTR { continue }
                    throw Failed(complaints: complaints)
                }
                received += buffer[..<count]
            }
            return true
        }

        private func has(_ word: Word) -> Bool {
            String(decoding: received, as: UTF8.self).contains("\0\(word.rawValue)\n")
        }

        private var complaints: String {
            String(decoding: received.prefix { $0 != 0 }, as: UTF8.self)
                .split(separator: "\n").map { TerminalText.sanitized(String($0)) }.joined(separator: "\n")
        }
    }
}
