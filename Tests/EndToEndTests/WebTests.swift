import ConductorTestSupport
import Foundation
import Testing

/// conductor-web with a daemon, in a real browser.
@Suite(
    "conductor-web in a browser",
    .enabled(if: BrowserSession.isInstalled, "Debian's package chromium is not installed."), .serialized,
    .timeLimit(.minutes(5)))
struct WebBrowserTests {
    private static let hostile =
        "<script>document.title='owned'</script> \u{202E}moc.live " + String(repeating: "W漢字", count: 60)

    private let daemon: DaemonProcess
    private let bench: Bench
    private let web: WebProcess

    init() async throws {
        daemon = try await DaemonProcess()
        bench = try Bench()
        web = try await WebProcess(daemon)
    }

    private func run(_ arguments: String...) async throws -> (status: Int32?, text: String) {
        let ended = try await ChildProcess.conductorctl(arguments, socket: daemon.socket).finish()
        return (ended.exit.status, ended.output + ended.errors)
    }

    @Test("lets one browser in by the printed address, once")
    func code() async throws {
        let browser = try await BrowserSession()
        try await browser.open(web.page("/"))
        #expect(browser.status == 403)
        try await browser.open(web.entrance)
        #expect(browser.status == 200)
        #expect(try await browser.evaluate("location.pathname + location.search") == "/")
        #expect(try await browser.evaluate("document.querySelector('h1').textContent") == "Conductor")
        #expect(try await browser.evaluate("document.cookie") == "")
        try await browser.open(web.page("/agents"))
        #expect(browser.status == 200)
        try await browser.forget()
        for address in [web.entrance, web.page("/")] {
            try await browser.open(address)
            #expect(browser.status == 403)
        }
        #expect(browser.errors == [])
    }

    @Test(
        "shows hostile and long names and outputs as text, without overflow or a script's error",
        arguments: [400, 1400])
    func hostile(width: Int) async throws {
        let up = try await ChildProcess.fleet(try hostileFleet(), agents: ["coder", "reviewer"], on: daemon)
        let quoted = "'" + Self.hostile.replacing("'", with: "''") + "'"
        let workflow = try bench.write(
            """
            name: \(quoted)
            phases: [development]
            tasks:
              - {task_id: fine, name: \(quoted), assigned_to: coding, input_data: {text: \(quoted)}}
              - {task_id: bad, name: \(quoted), assigned_to: review}
            """, "hostile.yaml")
        let ran = try await run("run", workflow, "--workflow-id", "hostile")
        #expect(ran.text.contains("bad"), "\(ran.text)")
        _ = try await run("dispatch", "--type", "monitor", "--name", Self.hostile, "--queue", "--detach")
        let browser = try await BrowserSession()
        try await browser.open(web.entrance, width: width)
        for path in ["/", "/agents", "/runs/hostile", "/runs/none"] {
            try await browser.open(web.page(path), width: width)
            #expect(browser.status == (path == "/runs/none" ? 404 : 200))
            #expect(try await browser.evaluate("innerWidth") == "\(width)")
            #expect(
                try await browser.evaluate(
                    "document.documentElement.scrollWidth <= document.documentElement.clientWidth")
                    == "true", "\(path)")
            #expect(try await browser.evaluate("document.title !== 'owned' && document.scripts.length") == "1")
        }
        try await browser.open(web.page("/runs/hostile"), width: width)
        let text = try await browser.evaluate("document.body.textContent")
        #expect(text.contains("<script>document.title='owned'</script>") && !text.contains("\u{202E}"))
        #expect(browser.errors == [])
        up.signal(SIGTERM)
    }

    /// The reviewer fails with a hostile message; the coder gives back what it gets.
    private func hostileFleet() throws -> String {
        let message = try bench.write(Self.hostile, "message.txt")
        return try bench.write(
            """
            agents:
              - {id: coder, type: coding, command: [cat]}
              - {id: reviewer, type: review, command: [sh, -c, "cat \(message) >&2; exit 1"]}
            """, "hostile-fleet.yaml")
    }

    @Test("brings an open page up to date as things happen, and says where it cannot")
    func live() async throws {
        let browser = try await BrowserSession()
        try await browser.open(web.entrance)
        let up = try await ChildProcess.fleet(bench.fleet, agents: ["coder", "reviewer"], on: daemon)
        _ = try await run("run", try bench.workflow(["one"]), "--workflow-id", "live")
        let seen = """
            (async () => {
              while (!document.querySelector('a[href="/runs/live"]')) await new Promise(requestAnimationFrame);
              return document.getElementById('live').textContent;
            })()
            """
        #expect(try await browser.evaluate(seen) == "live")
        web.child.signal(SIGTERM)
        #expect(await web.child.exit.status == 0)
        let lost = """
            (async () => {
              while (document.getElementById('live').textContent != 'not connected')
                await new Promise(requestAnimationFrame);
              return 'lost';
            })()
            """
        #expect(try await browser.evaluate(lost) == "lost")
        #expect(browser.errors == [])
        up.signal(SIGTERM)
    }
}
