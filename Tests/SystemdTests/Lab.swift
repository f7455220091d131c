import ConductorTestSupport
import Foundation
import Testing

/// A systemd of a test's own, with its own journal, in which Conductor is installed as it was built with the tests.
/// `Tests/SystemdLab/boot.sh` says how.
final class Lab: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What a command in the lab came to.
    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Why this machine cannot host one; nil where it can.
    static let lack: String? = {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: folder + "/boot.sh")
        process.arguments = ["--check"]
        process.standardOutput = output
        guard (try? process.run()) != nil else { return "Tests/SystemdLab/boot.sh cannot be executed." }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0 ? nil : text.trimmingCharacters(in: .whitespacesAndNewlines)
    }()

    static let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let folder = checkout + "/Tests/SystemdLab"
    static let binaries = URL(fileURLWithPath: Binaries.conductord).deletingLastPathComponent().path

    /// Of its process 1, on this machine.
    private let pid: String
    private let boot: ChildProcess
    /// It lives as long as this is open.
    private let life: Pipe

    /// Boots one for `body`, and takes it away again.
    /// - Parameter installing: puts into it what is to be tried: a script of `Tests/SystemdLab` and its arguments.
    static func use(
        installing: [String] = ["install.sh", binaries], _ body: (Lab) async throws -> Void
    ) async throws {
        let lab = try await Lab(installing: installing)
        do {
            try await body(lab)
        } catch {
            // The journal is the best witness, and gone afterwards.
            Attachment.record(await lab.journal, named: "journal.txt")
            await lab.end()
            throw error
        }
        await lab.end()
    }

    private init(installing: [String]) async throws {
        life = Pipe()
        let script = installing.first.map { [Self.folder + "/" + $0] } ?? []
        boot = try ChildProcess(Self.folder + "/boot.sh", script + installing.dropFirst(), input: life)
        guard await boot.prints("\n") else {
            throw Failure(description: "The lab did not boot: \(await boot.finish().errors)")
        }
        pid = boot.outputSoFar.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func end() async {
        try? life.fileHandleForWriting.close()
        _ = await boot.exit
    }

    /// Runs a command in it, as root or somebody else.
    func run(_ command: String..., as user: String? = nil) async throws -> Result {
        let child = try start(command, as: user)
        let (exit, output, errors) = await child.finish()
        return Result(status: exit.status, output: output, errors: errors)
    }

    func start(_ command: [String], as user: String? = nil, input: Pipe? = nil) throws -> ChildProcess {
        let identity = user.map { ["setpriv", "--reuid", $0, "--regid", $0, "--init-groups", "--"] } ?? []
        return try ChildProcess(
            "/usr/bin/nsenter", ["--target", pid, "--all", "--wd", "--"] + identity + command,
            environment: ["SYSTEMD_PAGER": "", "SYSTEMD_COLORS": "0", "LANG": "C.UTF-8", "CONDUCTOR_SOCKET": ""],
            input: input)
    }

    /// A file of its own; its folder is made.
    func write(_ text: String, _ path: String, mode: Int = 0o644) throws {
        let url = URL(fileURLWithPath: "/proc/\(pid)/root" + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
    }

    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "/proc/\(pid)/root" + path)
    }

    /// All of it, as text.
    var journal: String {
        get async { (try? await run("journalctl", "--no-pager"))?.output ?? "" }
    }
}
