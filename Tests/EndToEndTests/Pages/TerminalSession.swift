import ConductorTestSupport
import Foundation
import Testing

/// What a page shows of a terminal: `$ cat FILE` and a file, or another command and what it prints. All that one page
/// shows happens in one folder, with one daemon.
struct TerminalSession: Sendable {
    struct Step: Sendable {
        enum Act: Sendable {
            case file(name: String)
            case command
            /// Goes on in the background; its lines come in any order.
            case service
        }

        let act: Act
        let command: String
        var lines: [String] = []
        let line: Int
    }

    let steps: [Step]

    init(page: String) throws {
        steps = try ManualPage(page).literalBlocks.filter { $0.lines.first?.hasPrefix(Self.prompt) ?? false }
            .flatMap(Self.steps)
    }

    private static let prompt = "$ "

    private static func steps(of block: ManualPage.Block) -> [Step] {
        var steps: [Step] = []
        var lines = block.lines.enumerated().makeIterator()
        while let (index, line) = lines.next() {
            guard line.hasPrefix(prompt) else {
                steps[steps.count - 1].lines.append(line)
                continue
            }
            var command = String(line.dropFirst(prompt.count))
            while command.hasSuffix("\\"), let (_, more) = lines.next() { command = command.dropLast() + more }
            steps.append(Step(act: act(command), command: command, line: block.firstLine + index))
        }
        return steps
    }

    private static func act(_ command: String) -> Step.Act {
        if let match = command.wholeMatch(of: /cat (\S+)/) { return .file(name: String(match.1)) }
        return command.hasSuffix(" &") ? .service : .command
    }

    /// Does what the page shows, and compares what is printed.
    func replay(on daemon: DaemonProcess) async throws {
        let folder = try TemporaryFolder()
        var services: [ChildProcess] = []
        for step in steps {
            switch step.act {
            case .file(let name): try Self.write(step.lines, to: folder.file(name))
            case .service:
                let service = try Self.shell("exec " + step.command.dropLast(2), in: folder, daemon)
                services.append(service)
                for line in step.lines {
                    try #require(
                        await Self.prints(line + "\n", service), "line \(step.line): \(service.errorOutput)")
                }
            case .command:
                let output = try await Self.shell("exec 2>&1; " + step.command, in: folder, daemon).finish().output
                #expect(Self.matches(step.lines, output), "line \(step.line) prints\n\(output)")
            }
        }
        for service in services {
            service.signal(SIGTERM)
            #expect(await service.exit.status == 0)
        }
    }

    /// A service that never prints what the page shows is killed, which ends the wait for it.
    private static func prints(_ line: String, _ service: ChildProcess) async -> Bool {
        await withTaskGroup(of: Bool?.self) { group in
            group.addTask { await service.prints(line) }
            group.addTask {
                if (try? await Task.sleep(for: .seconds(60))) != nil { service.signal(SIGKILL) }
                return nil
            }
            defer { group.cancelAll() }
            for await printed in group {
                if let printed { return printed }
            }
            return false
        }
    }

    private static func write(_ lines: [String], to path: String) throws {
        let text = lines.map { $0 + "\n" }.joined()
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        guard text.hasPrefix("#!") else { return }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    private static func shell(
        _ script: String, in folder: TemporaryFolder, _ daemon: DaemonProcess
    ) throws -> ChildProcess {
        let programs = URL(fileURLWithPath: Binaries.conductorctl).deletingLastPathComponent().path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try ChildProcess(
            "/bin/sh", ["-c", "cd \(folder.path) || exit; " + script],
            environment: ["PATH": programs + ":" + path, "CONDUCTOR_SOCKET": daemon.socket])
    }

    /// Pages break long lines, and columns are as wide as they need: any white space is as good as any other. `...`
    /// stands for anything.
    private static func matches(_ lines: [String], _ output: String) -> Bool {
        func words(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        let parts = words(lines.joined(separator: "\n")).split(separator: "...", omittingEmptySubsequences: false)
        var rest = words(output)[...]
        guard let first = parts.first, let last = parts.last, rest.hasPrefix(first) else { return false }
        rest.removeFirst(first.count)
        guard parts.count > 1 else { return rest.isEmpty }
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
