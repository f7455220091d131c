import ConductorProtocol
import ConductorJSON
import ConductorModel
import Foundation
import Testing

@testable import ConductorAgent

/// With files of the kernel's names in a folder of the test's own; `SystemdTests` tries the kernel's.
@Suite("Control groups", .timeLimit(.minutes(5)))
struct ControlGroupsTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("conductor-\(UUID())").path

    init() throws {
        for name in ["agent", "attempt-old"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        for name in ["agent/cgroup.procs", "attempt-old/cgroup.kill"] {
            #expect(FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: nil))
        }
    }

    private func clean() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What comes of a command in a group of its own.
    private func execute(_ script: String) async throws -> TaskOutput {
        var host = CommandHost(socket: "/nowhere")
        host.controlGroups = ControlGroups(taking: folder)
        let assignment = try TaskAssignment.sample()
        let command = ["/bin/sh", "-c", "cd \(folder)/attempt-\(assignment.token) && \(script)"]
        return try await CommandAgent(command, host: host)
            .execute(assignment, try Reports().context(for: assignment))
    }

    @Test("are taken by a process that leaves the outermost one, and ends what was left in others")
    func taking() throws {
        defer { clean() }
        _ = try #require(ControlGroups(taking: folder))
        #expect(try String(contentsOfFile: "\(folder)/agent/cgroup.procs", encoding: .utf8) == "\(getpid())")
        #expect(try String(contentsOfFile: "\(folder)/attempt-old/cgroup.kill", encoding: .utf8) == "1")
        #expect(ControlGroups(taking: "/proc/no-such-folder") == nil)
    }

    @Test("say what an attempt took")
    func usage() async throws {
        defer { clean() }
        let output = try await execute(
            "echo 4711 >memory.peak; printf 'user_usec 1\nusage_usec 2500000\n' >cpu.stat; echo '{}'")
        #expect(output.metadata.string == #"{"cpu_seconds":2.5,"memory_peak_bytes":4711}"#)
    }

    @Test("tell that the kernel ended a command for want of memory, which is no other try's business")
    func outOfMemory() async throws {
        defer { clean() }
        let events = "printf 'oom 1\noom_kill 1\n' >memory.events"
        let failure = try #require(
            await #expect(throws: TaskFailure.self) { try await execute("\(events); kill -9 $$") })
        #expect(failure.code == "OUT_OF_MEMORY")
        #expect(!RetryPolicy().retryableErrors.contains("OUT_OF_MEMORY"))
        // A command that outlives the end of a child says itself what came of it.
        #expect(try await execute("\(events); echo '{}'").outputData == .emptyObject)
    }
}
