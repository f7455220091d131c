import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Register the agents of a fleet file, and serve their tasks until stopped.",
        usage: "conductorctl up <file> [--detach [--wait]] [<options>]",
        discussion: """
            The file lists agents under `agents`, each with id, type and command (a list), and capacity, \
            working_directory and environment where wanted. Relative paths start from the file's folder.

            What they do and log is printed after their ids. An agent that the daemon refuses is tried again, after 1 \
            second at first and after a minute at most; the others go on. A lost connection is made anew.

            SIGTERM or Ctrl-C finishes what runs and unregisters; a second one cancels what runs. With --detach the \
            agents are served in the background, until `conductorctl down` does the same.
            """)

    @Argument(help: "The fleet, in YAML or JSON.", completion: .file())
    var file: String

    @Flag(help: "Serve in the background; tell where its log is, and end.")
    var detach = false

    @Flag(help: "With --detach, wait until all agents are registered.")
    var wait = false

    @Option(help: ArgumentHelp("With --wait, how long at most: 90s, 5m (default: 1m).", valueName: "duration"))
    var timeout: DurationArgument?

    /// The record of a fleet in the background whose supervisor this process is.
    @Option(help: .hidden)
    var supervise: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if wait, !detach { throw ValidationError("--wait goes with --detach.") }
        if timeout != nil, !wait { throw ValidationError("--timeout goes with --wait.") }
        if detach, file == "-" { throw ValidationError("A fleet that comes on standard input cannot be detached.") }
    }

    func run() async throws {
        let fleet = try FleetFile.load(path: file)
        // Whether there is a daemon at all.
        try await common.connect().ping()
        if detach {
            try start(fleet)
        } else if let supervise {
            try await serve(fleet, in: BackgroundPaths(record: supervise))
        } else {
            try await AgentService(fleet, common).run(whenFailing: .restart)
        }
    }

    // MARK: In the background

    /// Starts the supervisor, which is this program with the same file.
    private func start(_ file: FleetFile) throws {
        let fleet = background(file)
        for paths in BackgroundPaths.candidates(file: fleet.file, socket: fleet.socket) {
            if case .up(let pid, let running) = BackgroundRecord.state(of: paths) {
                throw isUp(pid: pid, since: running?.startedAt)
            }
        }
        let paths = try BackgroundPaths.make(file: fleet.file, socket: fleet.socket)
        if case .stale = BackgroundRecord.state(of: paths) {
            try Output.error.line("conductorctl: the supervisor before was killed; its log is \(paths.log).1 now")
        }
        // By the name that was given: paths in the file start from its folder, which a link to it may have changed.
        let name = self.file.split(separator: "/").last.map(String.init) ?? self.file
        let path = SourceFile.folder(of: self.file) + "/" + name
        var arguments = ["up", path, "--socket", fleet.socket, "--supervise", paths.record]
        if let uid = common.daemon.uid { arguments += ["--daemon-uid", "\(uid)"] }
        let supervisor = try BackgroundStart.start(arguments)
        _ = try supervisor.wait(for: .started, atMost: nil)
        let isRegistered = try wait && registered(supervisor, paths)
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("file", fleet.file)
            writer.member("pid", Int(supervisor.pid))
            writer.member("log", paths.log)
            writer.member("agents", fleet.agents)
            writer.member("registered", isRegistered)
        }
        try common.format.show(writer.text, lines: lines(fleet, supervisor.pid, paths, isRegistered))
        if wait, !isRegistered {
            try Output.error.line("conductorctl: not all agents are registered yet; see the log")
            throw ExitStatus.timedOut
        }
    }

    private func registered(_ supervisor: BackgroundStart.Supervisor, _ paths: BackgroundPaths) throws -> Bool {
        do {
            return try supervisor.wait(for: .registered, atMost: timeout?.duration ?? .seconds(60))
        } catch {
            throw BackgroundStart.Failed(complaints: "the fleet has ended by itself; its log is \(paths.log)")
        }
    }

    private func lines(
        _ fleet: BackgroundFleet, _ pid: Int32, _ paths: BackgroundPaths, _ isRegistered: Bool
    ) -> [String] {
        let state = isRegistered ? " registered" : ""
        return [
            "\(file) is up in the background, pid \(pid): \(fleet.agents.count.counted("agent"))\(state)",
            "  log  \(paths.log)", "  end  conductorctl down \(file)",
        ].map(TerminalText.sanitized)
    }

    /// As the supervisor. Until the log has begun, what is written goes to who started it.
    private func serve(_ file: FleetFile, in paths: BackgroundPaths) async throws {
        BackgroundStart.keepFromAgents()
        guard let record = try BackgroundRecord.take(paths, for: background(file)) else {
            throw isUp(pid: nil, since: nil)
        }
        let log = try BackgroundLog(paths)
        // Also where a second signal cancelled what ran: only one that is killed leaves its record.
        defer { record.remove() }
        BackgroundStart.say(.started)
        try await AgentService(file, common).run(whenFailing: .restart, log: log) { BackgroundStart.say(.registered) }
    }

    /// Nothing is started a second time.
    private func isUp(pid: Int32?, since: Timestamp?) -> Refusal {
        let since = since.map { ", since \($0.shown)" } ?? "", pid = pid.map { " (pid \($0))" } ?? ""
        return Refusal(.conflict, "\(file) is up already\(since)\(pid); `conductorctl down \(file)` ends it")
    }

    private func background(_ file: FleetFile) -> BackgroundFleet {
        BackgroundFleet(
            file: BackgroundFleet.absolute(self.file), socket: BackgroundFleet.absolute(common.daemon.path),
            agents: file.members.map(\.registration.agentID), startedAt: .now)
    }
}
