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
        func offered(_ words: String) async throws -> [String] {
            let ask = """
                source \(script); COMP_WORDS=(\(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                COMP_LINE="\(words)"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
                _conductorctl conductorctl "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"; printf '%s\\n' "${COMPREPLY[@]}"
                """
            let output = try await ChildProcess("/bin/bash", ["-c", ask]).finish().output
            return output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(try await offered("conductorctl wa") == ["watch", "wait"])
        #expect(try await offered("conductorctl run --sta") == ["--standalone"])
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
