import ConductorTestSupport
import Foundation
import Testing

@Suite("conductor-web", .timeLimit(.minutes(2)))
struct WebProgramTests {
    /// What curl says: the status, and the page.
    private func ask(_ arguments: String...) async throws -> (status: String, page: String) {
        let curl = try await ChildProcess("/usr/bin/curl", ["--silent", "--write-out", "\n%{http_code}"] + arguments)
            .finish()
        let lines = curl.output.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.last.map(String.init) ?? "", lines.dropLast().joined(separator: "\n"))
    }

    @Test("refuses another's name, whoever asks, and takes the code of the address that it printed")
    func host() async throws {
        let daemon = try await DaemonProcess()
        let web = try await WebProcess(daemon)
        for path in ["/", "/enter?code=" + web.entrance.suffix(32)] {
            #expect(try await ask("--header", "Host: evil.example:\(web.port)", web.page(path)).status == "421")
        }
        #expect(try await ask("--header", "Origin: http://evil.example", web.entrance).status == "421")
        #expect(try await ask(web.page("/")).status == "403")
        #expect(try await ask(web.entrance).status == "303")
        #expect(try await ask(web.entrance).status == "403")
        #expect(try await ask("--data", "a=b", web.page("/")).status == "405")
    }

    @Test("listens on a Unix socket that its user alone may use, removes it at its end, and replaces one that was left")
    func unix() async throws {
        let daemon = try await DaemonProcess()
        let socket = daemon.folder.file("web.sock")
        for (end, mode, options) in [(SIGKILL, 0o600, []), (SIGTERM, 0o660, ["--group"])] {
            let web = try ChildProcess(Binaries.conductorWeb, ["--socket", daemon.socket, "--at", socket] + options)
            #expect(await web.prints("listening at \(socket)\n"))
            let file = try FileManager.default.attributesOfItem(atPath: socket)
            #expect(file[.posixPermissions] as? Int == mode)
            let overview = try await ask("--unix-socket", socket, "http://localhost/")
            #expect(overview.status == "200" && overview.page.contains("<h1>Conductor</h1>"))
            #expect(try await ask("--unix-socket", socket, "http://evil.example/").status == "421")
            web.signal(end)
            #expect(await web.exit.wasSignalled == (end == SIGKILL))
            #expect(FileManager.default.fileExists(atPath: socket) == (end == SIGKILL))
        }
    }

    @Test("says where the daemon does not answer, and shows it once it does")
    func noDaemon() async throws {
        let folder = try TemporaryFolder()
        let socket = folder.file("web.sock")
        let web = try ChildProcess(
            Binaries.conductorWeb, ["--socket", folder.file("conductor.sock"), "--at", socket])
        #expect(await web.prints("listening"))
        #expect(try await ask("--unix-socket", socket, "http://localhost/").status == "502")
        let daemon = try await DaemonProcess(in: folder)
        #expect(try await ask("--unix-socket", socket, "http://localhost/agents").status == "200")
        _ = await daemon.stop()
    }

    @Test(
        "refuses places that are not its own machine's",
        arguments: ["0.0.0.0:80", "127.0.0.1", "localhost:1", "[::1]:1"])
    func places(address: String) async throws {
        let ended = try await ChildProcess(Binaries.conductorWeb, ["--listen", address]).finish()
        #expect(ended.exit.status == 64 && ended.errors.contains("--listen must be 127.0.0.1:PORT"))
    }

    @Test("alone speaks HTTP: the daemon and its client link no library for that")
    func otherPrograms() throws {
        for (program, speaks) in [
            (Binaries.conductorWeb, true), (Binaries.conductord, false), (Binaries.conductorctl, false),
        ] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: program), options: .alwaysMapped)
            for name in ["llhttp_execute", "8NIOHTTP1"] {
                #expect((bytes.range(of: Data(name.utf8)) != nil) == speaks, "\(program): \(name)")
            }
        }
    }
}
