import ArgumentParser
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import Glibc

struct Down: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "End a fleet that is up in the background.",
        usage: "conductorctl down [<file>] [<options>]",
        discussion: """
            Its agents finish what they run, and are unregistered; this command waits for that. A second one meanwhile \
            cancels what runs. Without a file, the only fleet that is up is meant.
            """)

    @Argument(help: "The fleet, as it was given to up --detach.", completion: .file())
    var file: String?

    @OptionGroup var common: CommonOptions

    private struct Running {
        let paths: BackgroundPaths
        let pid: Int32
        let fleet: BackgroundFleet
    }

    func run() async throws {
        var running: [Running] = [], killed: [String] = []
        for paths in BackgroundPaths.all {
            switch BackgroundRecord.state(of: paths) {
            case .up(let pid, let fleet?) where isMeant(fleet):
                running.append(Running(paths: paths, pid: pid, fleet: fleet))
            case .stale(let fleet?) where isMeant(fleet):
                _ = try BackgroundRecord.waitForEnd(paths)
                killed.append("the supervisor of \(fleet.file) was killed; its log is \(paths.log)")
            case .up, .stale, .none: break
            }
        }
        guard !running.isEmpty else {
            let what = file.map { "\($0) is not up in the background" } ?? "no fleet is up in the background"
            throw Refusal(.notFound, TerminalText.sanitized(([what] + killed).joined(separator: "; ")))
        }
        guard running.count == 1 || file != nil else {
            let files = running.map(\.fleet.file).joined(separator: ", ")
            throw Refusal(.conflict, TerminalText.sanitized("several fleets are up, say which: \(files)"))
        }
        for fleet in running { try end(fleet) }
        try common.format.show(
            ["down": running.map(\.fleet.file)],
            lines: running.map { TerminalText.sanitized("\($0.fleet.file) is down") })
    }

    private func isMeant(_ fleet: BackgroundFleet) -> Bool {
        let isSocket = common.socket.map { BackgroundFleet.absolute($0) == fleet.socket } ?? true
        return isSocket && file.map { BackgroundFleet.absolute($0) == fleet.file } ?? true
    }

    private func end(_ running: Running) throws {
        guard kill(running.pid, SIGTERM) == 0 || errno == ESRCH else {
            throw Refusal(.permissionDenied, "the supervisor (pid \(running.pid)) is another user's")
        }
        let isOrderly = try BackgroundRecord.waitForEnd(running.paths)
        if !isOrderly {
            try Output.error.line(
                "conductorctl: the supervisor of \(TerminalText.sanitized(running.fleet.file)) was killed; "
                    + "its log is \(running.paths.log)")
        }
    }
}
