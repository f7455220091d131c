import ConductorProtocol
import ConductorJSON
import ConductorModel
import Synchronization
import Testing

@testable import ConductorAgent

#if canImport(Glibc)
import Glibc
#endif

/// Each script tells the ids of its processes on standard error.
@Suite("The processes of a command", .timeLimit(.minutes(5)))
struct CommandGroupTests {
    /// Executes `script`, hands over each line of its standard error, and waits for the end.
    private func execute(
        _ script: String, cancelAt mark: String? = nil, onLine: (String) -> Void = { _ in }
    ) async throws -> (outcome: Result<TaskOutput, any Error>, lines: [String]) {
        let assignment = try TaskAssignment.sample()
        let (lines, continuation) = AsyncStream<String>.makeStream()
        let context = TaskContext(agentID: .coordinator, agentType: .coding, assignment: assignment) { report in
            if case .log(_, let line) = report.content { continuation.yield(line) }
        }
        let work = Task {
            defer { continuation.finish() }
            return try await CommandAgent(["/bin/sh", "-c", script]).execute(assignment, context)
        }
        var seen: [String] = []
        for await line in lines {
            seen.append(line)
            onLine(line)
            if line == mark { work.cancel() }
        }
        return (await work.result, seen)
    }

    /// A process that was sent SIGKILL still takes a moment to die; one that was not outlives the suite's time limit.
    private func untilGone(_ lines: some Sequence<String>) async throws {
        for line in lines where line.allSatisfy(\.isNumber) {
            while try !isGone(line) { await Task.yield() }
        }
    }

    /// A zombie that its new parent has not reaped yet is as good as gone.
    private func isGone(_ line: String) throws -> Bool {
        let pid = try #require(pid_t(line))
        guard kill(pid, 0) == 0 else { return true }
        guard let file = fopen("/proc/\(pid)/stat", "r") else { return true }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 256)
        guard fgets(&buffer, 256, file) != nil else { return true }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).contains(") Z ")
    }

    @Test("get SIGTERM, all of them, when the work is cancelled")
    func terminated() async throws {
        let (outcome, lines) = try await execute(
            "sleep 1000 & echo $! >&2; echo $$ >&2; echo ready >&2; wait", cancelAt: "ready")
        #expect(throws: TaskFailure.self) { try outcome.get() }
        #expect(lines.count == 3)
        try await untilGone(lines)
    }

    @Test("that do not end with their command have its time to end by themselves when the work is cancelled")
    func lateChild() async throws {
        let (_, lines) = try await execute(
            "(trap 'sleep 0.5; echo cleaned up >&2; exit' TERM; echo ready >&2; while :; do sleep 0.05; done) & wait",
            cancelAt: "ready")
        #expect(lines.contains("cleaned up"))
    }

    @Test("that outlive their command get SIGKILL when it obeys SIGTERM")
    func stubbornChild() async throws {
        let (_, lines) = try await execute(
            "(trap '' TERM; echo ready >&2; while :; do sleep 1000; done) & echo $! >&2; wait", cancelAt: "ready")
        #expect(lines.count == 2)
        try await untilGone(lines)
    }

    @Test("get SIGKILL when they do not heed SIGTERM")
    func stubbornLeader() async throws {
        let (outcome, lines) = try await execute(
            "trap '' TERM; echo $$ >&2; echo ready >&2; while :; do sleep 1000; done", cancelAt: "ready")
        #expect(throws: TaskFailure.self) { try outcome.get() }
        #expect(!lines.isEmpty)
        try await untilGone(lines)
    }

    @Test("that a command leaves behind when it ends are ended, and do not hold up its result")
    func leftBehind() async throws {
        let (outcome, lines) = try await execute("sleep 1000 & echo $! >&2; echo '{\"done\":true}'")
        #expect(try outcome.get().outputData.string == #"{"done":true}"#)
        #expect(lines.count == 2)
        try await untilGone(lines)
        #expect(lines[1] == "conductor: 1 process that the command left running was ended: sleep (\(lines[0]))")
    }

    @Test("that have left its session are ended too, and named", arguments: ["exit 0", "kill -9 $$"])
    func leftSession(ending: String) async throws {
        let (_, lines) = try await execute(
            "setsid sh -c 'echo $$ >&2; sleep 1001 & echo $! >&2; sleep 1000' & sleep 0.2; \(ending)")
        #expect(lines.count == 3)
        try await untilGone(lines)
        #expect(lines.last?.hasPrefix("conductor: 3 processes that the command left running were ended: sh (") == true)
    }

    @Test("that have left its session get SIGTERM when the work is cancelled")
    func terminatedOutsideOfSession() async throws {
        let (_, lines) = try await execute(
            """
            setsid sh -c 'trap "echo terminated >&2; exit" TERM; echo $$ >&2; echo ready >&2; sleep 1000 & wait' &
            trap "" TERM; wait; wait
            """, cancelAt: "ready")
        try await untilGone(lines)
        #expect(lines.contains("terminated"))
    }

    @Test("that are not its own and keep its output open do not take its result away")
    func outsider() async throws {
        var held: [CInt] = []
        defer { for descriptor in held { close(descriptor) } }
        let (outcome, lines) = try await execute(
            #"trap exit USR1; echo '{"done":true}'; echo $$ >&2; while :; do sleep 0.01; done"#
        ) { line in
            guard let pid = pid_t(line) else { return }
            held = [1, 2].map { open("/proc/\(pid)/fd/\($0)", O_WRONLY) }
            kill(pid, SIGUSR1)
        }
        #expect(held.allSatisfy { $0 >= 0 })
        #expect(try outcome.get().outputData.string == #"{"done":true}"#)
        #expect(lines.count == 1)
    }

    @Test("that are just ending when it ends are not disturbed, and their words are heard")
    func ending() async throws {
        let (_, lines) = try await execute("(sleep 0.03; echo last words >&2) & exit 0")
        #expect(lines == ["last words"])
    }

    @Test("are ended with a command that prints too much")
    func tooMuch() async throws {
        let (outcome, lines) = try await execute("sleep 1000 & echo $! >&2; exec yes")
        #expect(throws: TaskFailure.self) { try outcome.get() }
        try await untilGone(lines)
    }

    @Test("that go on talking after the command has ended do not hold up its result")
    func noisyChild() async throws {
        let (outcome, _) = try await execute("yes >&2 & sleep 0.05; echo '{\"done\":true}'")
        #expect(try outcome.get().outputData.string == #"{"done":true}"#)
    }

    @Test("end with their guard, and that is told")
    func guardKilled() async throws {
        let (outcome, lines) = try await execute("echo $$ >&2; kill -9 $PPID; exec sleep 1000")
        let failure = try #require(throws: TaskFailure.self) { try outcome.get() }
        #expect(failure.code == "COMMAND_FAILED")
        #expect(failure.message.hasPrefix("the command was ended with its guard, by someone else"))
        try await untilGone(lines)
    }
}
