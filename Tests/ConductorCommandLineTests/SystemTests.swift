import ConductorClient
import ConductorCommandLine
import Glibc
import Testing

@Suite struct SystemTests {
    @Test("who no longer reads is noticed by the write")
    func closedPipe() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        #expect(throws: OutputFault.closedPipe) { try Output(descriptor: ends[1]).line("x") }
    }

    @Test("an output that takes nothing says why")
    func full() async throws {
        let descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let output = Output(descriptor: descriptor, name: "the disk")
        let fault = OutputFault.failed(name: "the disk", errno: ENOSPC)
        #expect(throws: fault) { try output.line("x") }
        await #expect(throws: fault) { try await output.sendLine("x") }
        output.attempt("x")
        #expect(Failure(fault) == Failure(.failure, "cannot write to the disk: No space left on device"))
    }

    @Test("a pipe that nobody reads holds up the task that sends, not its thread, and sending can be cancelled")
    func stalled() async throws {
        let pipes = try (0..<16).map { _ in
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            return (reader: ends[0], writer: ends[1])
        }
        defer { for pipe in pipes { close(pipe.reader) } }
        let text = String(repeating: "x", count: 200_000)
        let senders = pipes.map { pipe in Task { try await Output(descriptor: pipe.writer).send(text) } }
        // Far more than there are threads: were these held up, nothing here would go on.
        for pipe in pipes {
            while !isFull(pipe.writer) { await Task.yield() }
            Output(descriptor: pipe.writer).attempt("not waited for")
        }
        for sender in senders { sender.cancel() }
        for sender in senders { await #expect(throws: CancellationError.self) { try await sender.value } }
        for pipe in pipes { close(pipe.writer) }
    }

    /// A terminal: the end that shows, and the one that is written to.
    private func terminal() throws -> (screen: Int32, end: Int32) {
        var screen: Int32 = -1, end: Int32 = -1
        try #require(openpty(&screen, &end, nil, nil, nil) == 0)
        return (screen, end)
    }

    @Test("a terminal that is stopped holds up the task that sends, not its thread, and stays as the shell knows it")
    func stoppedTerminal() async throws {
        let (screen, end) = try terminal()
        defer { close(screen) }
        let output = Output(following: end, name: "the terminal")
        let text = String(repeating: "x", count: 200_000)
        let senders = (0..<16).map { _ in Task { try await output.send(text) } }
        while !isFull(end) { await Task.yield() }
        for sender in senders { sender.cancel() }
        for sender in senders { await #expect(throws: CancellationError.self) { try await sender.value } }
        #expect(fcntl(end, F_GETFL) & O_NONBLOCK == 0)
        close(end)
    }

    @Test("a terminal that is gone is no fault: the hang-up decides")
    func goneTerminal() async throws {
        let (screen, end) = try terminal()
        defer { close(end) }
        let output = Output(following: end, name: "the terminal")
        close(screen)
        try output.line("x")
        try await output.sendLine("x")
    }

    private func isFull(_ pipe: Int32) -> Bool {
        var ready = pollfd(fd: pipe, events: Int16(POLLOUT), revents: 0)
        return poll(&ready, 1, 0) == 0
    }

    @Test("a temporary folder is for this user only, and leaves nothing behind, not even through links")
    func temporaryFolder() throws {
        let outside = try TemporaryFolder()
        let folder = try TemporaryFolder()
        defer { outside.remove() }
        var status = stat()
        try #require(stat(folder.path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        try #require(mkdir("\(folder.path)/state", 0o700) == 0)
        close(open("\(folder.path)/state/file", O_WRONLY | O_CREAT, 0o600))
        close(open("\(outside.path)/kept", O_WRONLY | O_CREAT, 0o600))
        try #require(symlink(outside.path, "\(folder.path)/link") == 0)
        folder.remove()
        #expect(access(folder.path, F_OK) != 0)
        #expect(access("\(outside.path)/kept", F_OK) == 0)
    }

    @Test("a temporary folder whose socket would have too long a path stands in /tmp")
    func longTemporaryFolder() throws {
        let folder = try TemporaryFolder { _ in "/" + String(repeating: "x", count: 100) }
        defer { folder.remove() }
        #expect(folder.path.hasPrefix("/tmp/conductor-"))
    }

    @Test("the socket is what the user said, else the variable's, else the user's own, else the system's")
    func socketSearch() {
        func search(_ explicit: String?, _ variables: [String: String], existing: [String] = []) -> String {
            SocketPath.search(explicit: explicit, environment: { variables[$0] }, exists: existing.contains)
        }
        let own = "/run/user/1/conductor/conductor.sock"
        let variables = ["CONDUCTOR_SOCKET": "/b", "XDG_RUNTIME_DIR": "/run/user/1"]
        #expect(search("/a", variables, existing: [own]) == "/a")
        #expect(search(nil, variables, existing: [own]) == "/b")
        #expect(search(nil, ["XDG_RUNTIME_DIR": "/run/user/1"], existing: [own]) == own)
        #expect(search(nil, ["XDG_RUNTIME_DIR": "/run/user/1"]) == SocketPath.system)
    }
}
