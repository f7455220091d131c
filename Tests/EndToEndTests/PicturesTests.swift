import ConductorTestSupport
import Foundation
import Testing

/// What commands write for others to look at.
@Suite("Pages, pictures and first files", .timeLimit(.minutes(2)))
struct PicturesTests {
    private let daemon: DaemonProcess
    private let bench: Bench

    init() async throws {
        daemon = try await DaemonProcess()
        bench = try Bench()
    }

    private func run(_ arguments: String...) async throws -> (
        exit: ChildProcess.Exit, output: String, errors: String
    ) {
        try await ChildProcess.conductorctl(arguments, socket: daemon.socket).finish()
    }

    @Test("what init writes runs at once, without a daemon; what is there already stays")
    func starter() async throws {
        let folder = try TemporaryFolder(), place = folder.file("new")
        let started = try await run("init", place)
        #expect(started.exit.status == 0 && started.output.contains("--standalone --fleet fleet.yaml"))
        let ended = try await run(
            "run", place + "/workflow.yaml", "--standalone", "--fleet", place + "/fleet.yaml", "--set", "name=Ada")
        #expect(ended.exit.status == 0, "\(ended.output)\(ended.errors)")
        #expect(ended.output.contains("outputs  greeting=Hello Ada, nice to meet you."))
        let again = try await run("init", place)
        #expect(again.exit.status == 1 && again.errors.contains("is there already; nothing was written"))
    }

    @Test("a run is a page and a picture, with its attempts, its log and earlier runs of its name")
    func pictures() async throws {
        let up = try await ChildProcess.fleet(bench.fleet, agents: ["coder", "reviewer"], on: daemon)
        let file = try bench.workflow(["bad", "fine"])
        for id in ["first", "second"] { _ = try await run("run", file, "--workflow-id", id) }
        let page = try await run("report", "second")
        #expect(page.exit.status == 0 && page.output.hasPrefix("<!DOCTYPE html>"))
        for text in ["COMMAND_FAILED", "broken", "1 earlier run", "<svg"] {
            #expect(page.output.contains(text), "\(text)")
        }
        let graph = try await run("graph", "second", "--format", "mermaid")
        #expect(graph.output.hasPrefix("flowchart TB") && graph.output.contains("fine"))
        #expect(try await run("graph", file).output.hasPrefix("<svg"))
        let history = try await run("history", "bench")
        #expect(history.output.hasPrefix("2 runs, 0 of 2 succeeded") && history.output.contains("FAILING TASKS"))
        up.signal(SIGTERM)
    }
}
