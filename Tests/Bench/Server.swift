import CConductorLoad
import ConductorTestSupport
import Foundation
import Synchronization

/// A server in a folder of its own, and the clients that load it.
final class Server {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let subject: Subject
    let child: ChildProcess
    let socket: String
    // It is there as long as the server is.
    private let folder: TemporaryFolder
    private let log: String
    private(set) var agents: [ChildProcess] = []
    private var helpers: [ChildProcess] = []
    private let whoWaits = Waiting()

    init(
        _ subject: Subject, in folder: TemporaryFolder, conductord: String, arguments: [String],
        environment: [String: String] = [:]
    ) async throws {
        self.subject = subject
        self.folder = folder
        log = folder.file("errors")
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        let errors = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        switch subject {
        case .floor, .nioFloor, .flushingFloor:
            socket = folder.file("floor.sock")
            let role: Role =
                switch subject {
                case .nioFloor: .nioFloor(socket: socket)
                case .flushingFloor: .floor(socket: socket, log: folder.file("floor.log"))
                case .floor, .ephemeral, .durable: .floor(socket: socket, log: nil)
                }
            child = try ChildProcess(
                Binaries.conductorBench, role.arguments(), environment: environment, errors: errors)
            guard await child.prints(Submitter.ready) else { throw Failure(description: errorOutput) }
        case .ephemeral, .durable:
            let mode = subject == .ephemeral ? ["--ephemeral"] : []
            do {
                let daemon = try await DaemonProcess(
                    in: folder, conductord: conductord, arguments: mode + arguments, environment: environment,
                    errors: errors)
                child = daemon.child
                socket = daemon.socket
            } catch is DaemonProcess.Ended {
                throw Failure(description: "conductord did not start: \(Self.end(of: log))")
            }
        }
    }

    /// The end of what the server has said on standard error.
    var errorOutput: String { Self.end(of: log) }

    private static func end(of log: String) -> String {
        String((try? String(contentsOfFile: log, encoding: .utf8))?.suffix(1000) ?? "")
    }

    /// Starts a process that is ready before it goes on, and ends with the server.
    func startHelper(_ role: Role) async throws {
        let helper = try ChildProcess(Binaries.conductorBench, role.arguments())
        guard await helper.prints(Submitter.ready) else { throw Failure(description: helper.errorOutput) }
        helpers.append(helper)
    }

    /// Tasks that have come and gone, with an agent that has gone too.
    func makeHistory(tasks: Int) async throws {
        let workload = Workload("history", .tasks(inFlight: 256), capacity: 256)
        let agent = Role.agent(
            socket: socket, subject: subject, name: "historian", capacity: workload.capacity, payload: workload.payload)
        try await startHelper(agent)
        let input = Pipe()
        let submitter = try submitter(workload, units: tasks, letters: ["H", "I"], input: input)
        try input.fileHandleForWriting.write(contentsOf: Data("go\n".utf8))
        try input.fileHandleForWriting.close()
        let (exit, _, errors) = await submitter.finish()
        guard exit.status == 0 else { throw Failure(description: errors) }
        helpers.removeLast().signal(SIGTERM)
    }

    func start(_ count: Int, agentsOf workload: Workload) async throws {
        for number in 1...count {
            let role = Role.agent(
                socket: socket, subject: subject, name: "agent-\(number)", capacity: workload.capacity,
                payload: workload.payload)
            let agent = try ChildProcess(
                Binaries.conductorBench, role.arguments(), whenEnded: { [whoWaits] in whoWaits.end() })
            guard await agent.prints(Submitter.ready) else { throw Failure(description: agent.errorOutput) }
            agents.append(agent)
        }
    }

    func submitter(
        _ workload: Workload, units: Int, letters: [String] = ["W", "T"], input: Pipe
    ) throws -> ChildProcess {
        let role = Role.submitter(
            socket: socket, subject: subject, workload: workload, units: units, warmUp: workload.warmUp(units: units),
            letters: letters)
        let submitter = try ChildProcess(Binaries.conductorBench, role.arguments(), input: input)
        whoWaits.submitter.withLock { $0 = submitter }
        return submitter
    }

    func stop() async {
        child.signal(SIGTERM)
        _ = await child.exit
        for agent in agents + helpers {
            agent.signal(SIGTERM)
            _ = await agent.exit
        }
    }
}

/// The submitter, which would wait for results of an agent that has ended.
private final class Waiting: Sendable {
    // A mutex: the end of a process is told on some thread.
    let submitter = Mutex<ChildProcess?>(nil)

    func end() {
        submitter.withLock { $0?.signal(SIGTERM) }
    }
}
