import ConductorTestSupport
import Foundation
import Testing

@Suite("The completions of conductorctl")
struct CompletionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func script(for shell: String) async throws -> String {
        let program = try ChildProcess(Binaries.conductorctl, ["--generate-completion-script", shell])
        let (exit, output, _) = await program.finish()
        #expect(exit.status == 0)
        try Data(output.utf8).write(to: URL(fileURLWithPath: folder.file(shell)))
        return folder.file(shell)
    }

    @Test("bash offers the commands and the options that begin as what was typed", .enabled(if: Self.has("bash")))
    func bash() async throws {
        let script = try await script(for: "bash")
        #expect(try await offered("conductorctl wa", script) == ["watch", "wait"])
        #expect(try await offered("conductorctl run --sta", script) == ["--standalone"])
    }

    /// What bash offers for the last of the words.
    private func offered(_ words: String, _ script: String, socket: String = "/nowhere") async throws -> [String] {
        let programs = URL(fileURLWithPath: Binaries.conductorctl).deletingLastPathComponent().path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let ask = """
            source \(script); COMP_WORDS=(\(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            COMP_LINE="\(words)"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
            _conductorctl conductorctl "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"; printf '%s\\n' "${COMPREPLY[@]}"
            """
        let ended = try await ChildProcess(
            "/bin/bash", ["-c", ask], environment: ["PATH": programs + ":" + path, "CONDUCTOR_SOCKET": socket]
        ).finish()
        #expect(ended.errors.isEmpty)
        return ended.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    @Test("bash offers runs, their tasks, agents, files and kinds of events", .enabled(if: Self.has("bash")))
    func known() async throws {
        let script = try await script(for: "bash")
        let daemon = try await DaemonProcess(), bench = try Bench()
        let up = try await ChildProcess.fleet(bench.fleet, agents: ["coder", "reviewer"], on: daemon)
        func offered(_ words: String) async throws -> [String] {
            try await self.offered(words, script, socket: daemon.socket)
        }
        for (id, name) in [("release-1", "release"), ("evil", "$(touch \(bench.folder.file("touched")))")] {
            let file = try bench.write(
                "{name: '\(name)', tasks: [{task_id: unit, name: u, assigned_to: coding}]}", "\(id).yaml")
            let run = try ChildProcess.conductorctl(["run", file, "--workflow-id", id], socket: daemon.socket)
            #expect(await run.finish().exit.status == 0)
        }
        #expect(try await offered("conductorctl show re") == ["release-1", "release#1", "reviewer"])
        #expect(try await offered("conductorctl watch release-1/") == ["release-1/unit"])
        #expect(try await offered("conductorctl retry ev") == ["evil"])
        #expect(try await offered("conductorctl unregister c") == ["coder"])
        #expect(try await offered("conductorctl events --kind workflow.com") == ["workflow.completed"])
        #expect(
            try await offered("conductorctl run \(bench.folder.path)/release").map { $0.hasSuffix("release-1.yaml") }
                == [true])
        #expect(!FileManager.default.fileExists(atPath: bench.folder.file("touched")))
        up.signal(SIGTERM)
    }

    @Test("nothing is offered, and nothing said, where no daemon answers", .enabled(if: Self.has("bash")))
    func silent() async throws {
        let script = try await script(for: "bash")
        #expect(try await offered("conductorctl show x", script).isEmpty)
    }

    @Test("zsh and fish can read theirs", arguments: ["zsh", "fish"].filter(Self.has))
    func syntax(shell: String) async throws {
        let reader = try ChildProcess("/usr/bin/env", [shell, "-n", try await script(for: shell)])
        let (exit, _, errors) = await reader.finish()
        #expect(exit.status == 0, "\(errors)")
    }

    static func has(_ shell: String) -> Bool {
        ["/bin/", "/usr/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + shell) }
    }
}
