import ConductorProtocol
import ConductorModel
import Foundation
import Testing

@testable import ConductorAgent

@Suite("A command that cannot be started", .timeLimit(.minutes(5)))
struct CommandStartTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("conductor-\(UUID())").path
    private var tool: String { "\(folder)/tool" }
    private var work: String { "\(folder)/work" }

    /// A copy of `/bin/true`, and a folder to run it in.
    init() throws {
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "/bin/true", toPath: tool)
    }

    private func clean() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What comes of an attempt when `disturb` has happened after the registration.
    private func error(after disturb: () throws -> Void) async throws -> any Error {
        let agent = try CommandAgent([tool], workingDirectory: work)
        let assignment = try TaskAssignment.sample()
        let context = try Reports().context(for: assignment)
        _ = try await agent.execute(assignment, context)
        try disturb()
        return try #require(await #expect(throws: (any Error).self) { try await agent.execute(assignment, context) })
    }

    @Test("because its file is gone has failed for now")
    func fileGone() async throws {
        defer { clean() }
        let error = try await error { try FileManager.default.removeItem(atPath: tool) }
        #expect(
            error as? TransientError
                == TransientError("the command was not started: \(tool): No such file or directory"))
    }

    @Test("because its file is open for writing has failed for now")
    func fileBusy() async throws {
        defer { clean() }
        var writer: FileHandle?
        let error = try await error { writer = FileHandle(forUpdatingAtPath: tool) }
        try writer?.close()
        #expect(error as? TransientError == TransientError("the command was not started: \(tool): Text file busy"))
    }

    /// A script in the tool's place.
    private func write(interpreter name: String) throws {
        try FileManager.default.removeItem(atPath: tool)
        try Data("#! \(name)\nexit\n".utf8).write(to: URL(fileURLWithPath: tool))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
    }

    @Test("because its interpreter is gone names that")
    func interpreterGone() async throws {
        defer { clean() }
        let error = try await error { try write(interpreter: "/nonexistent/sh") }
        #expect(
            error as? TransientError
                == TransientError("the command was not started: /nonexistent/sh: No such file or directory"))
    }

    @Test("for want of its interpreter is told before it serves", arguments: ["/nonexistent/sh", "/bin/sh\r"])
    func interpreterMissing(name: String) throws {
        defer { clean() }
        try write(interpreter: name)
        let error = try #require(throws: CommandNotRunnable.self) { try CommandAgent([tool]) }
        #expect(error.reason == .noInterpreter(name))
        #expect(error.description.contains("as on Windows") == name.hasSuffix("\r"))
        #expect(!error.description.contains("\r"))
    }

    @Test("because its folder is gone has failed for now")
    func folderGone() async throws {
        defer { clean() }
        let error = try await error { try FileManager.default.removeItem(atPath: work) }
        #expect(
            error as? TransientError
                == TransientError(
                    "the command was not started: its working directory \(work): No such file or directory"))
    }

    @Test("because it is no program has failed for good")
    func noProgram() async throws {
        defer { clean() }
        var failure: any Error
        repeat {
            failure = try await error {
                // The system's loader refuses it, and a shell does not read it.
                try Data([0x7F, 0x45, 0x4C, 0x46, 0, 0]).write(to: URL(fileURLWithPath: tool))
            }
            try write(interpreter: "/bin/sh")
            // What another test forked meanwhile has the file open until it executes something.
        } while (failure as? TransientError)?.message.contains("busy") == true
        #expect((failure as? TaskFailure)?.code == "COMMAND_FAILED")
    }

    @Test("for want of something that others may give back is a shortage, other reasons are not")
    func shortages() {
        for number in [EMFILE, ENFILE, EAGAIN, ENOMEM] {
            #expect(CommandStartFault(.fork, errno: number).isShortage)
        }
        for number in [ENOENT, ETXTBSY, EACCES] {
            let fault = CommandStartFault(.execute(path: "/x"), errno: number)
            #expect(!fault.isShortage && fault.isTransient)
        }
        #expect(!CommandStartFault(.execute(path: "/x"), errno: E2BIG).isTransient)
    }

    @Test("because it is not there, or not executable, makes no agent, and a sentence says so")
    func notRunnable() throws {
        let absent = try #require(throws: CommandNotRunnable.self) { try CommandAgent(["no-such-command-here"]) }
        #expect("\(absent)" == "there is no command no-such-command-here in any folder of $PATH")
        let file = try #require(throws: CommandNotRunnable.self) { try CommandAgent(["/etc/passwd"]) }
        #expect(file.reason == .notExecutable)
        #expect(throws: CommandNotRunnable.self) { try CommandAgent(["/etc"]) }
        #expect(throws: CommandNotRunnable.self) { try CommandAgent([]) }
    }

    @Test("because its folder is not there makes no agent, nor does a \"~\" that no shell has read")
    func noFolder() throws {
        for folder in ["/no/such/folder", "/etc/passwd"] {
            let error = try #require(throws: CommandNotRunnable.self) {
                try CommandAgent(["true"], workingDirectory: folder)
            }
            #expect("\(error)" == "there is no folder \(folder) that the command could run in")
        }
        let home = try #require(throws: CommandNotRunnable.self) {
            try CommandAgent(["true"], workingDirectory: "~/project")
        }
        #expect("\(home)".hasSuffix(#""~" is a name like any other, no shell reads it"#))
    }

    @Test("from where its agent is, is found there once and for all", arguments: ["./tool", "tool"])
    func relative(name: String) throws {
        let here = FileManager.default.currentDirectoryPath
        #expect(CommandPath.absolute(name) == "\(here)/\(name)")
        #expect(CommandPath.absolute("/\(name)") == "/\(name)")
    }
}
