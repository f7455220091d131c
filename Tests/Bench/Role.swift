import CConductorLoad
import ConductorTestSupport
import Foundation

/// What `conductor-bench` is told to be when it starts itself: each of these has a process of its own.
public enum Role: Codable, Sendable {
    case floor(socket: String, log: String?)
    case nioFloor(socket: String)
    case agent(socket: String, subject: Subject, name: String, capacity: Int, payload: Int)
    /// So many agents in one process.
    case agents(socket: String, name: String, count: Int, capacity: Int)
    case holder(socket: String, connections: Int)
    case filler(socket: String, tasks: Int, payload: Int)
    case flood(socket: String, Flood.Attack, connections: Int, inFlight: Int)
    /// Another role, as this user.
    indirect case user(UInt32, Role)
    /// `letters` are those of the warm-up and of the run that is timed.
    case submitter(
        socket: String, subject: Subject, workload: Workload, units: Int, warmUp: Int, letters: [String] = ["W", "T"])

    /// No run takes longer; a loop that hangs ends by it.
    private static let limitSeconds: UInt32 = 600

    /// The arguments that make a process play this role.
    func arguments() throws -> [String] {
        ["role", String(decoding: try JSONEncoder().encode(self), as: UTF8.self)]
    }

    /// Runs the role in this process.
    public static func play(_ text: String) throws {
        load_end_after(limitSeconds)
        try JSONDecoder().decode(Role.self, from: Data(text.utf8)).play()
    }

    private func play() throws {
        switch self {
        case .floor(let socket, let log): load_serve_floor(socket, log)
        case .nioFloor(let socket): try NIOBroker.serve(socket: socket)
        case .agent(let socket, let subject, let name, let capacity, let payload):
            load_work(socket, subject.language, name, Int32(capacity), payload)
        case .agents(let socket, let name, let count, let capacity):
            load_work_as_many(socket, name, Int32(count), Int32(capacity))
        case .holder(let socket, let connections): load_hold(socket, Int32(connections))
        case .filler(let socket, let tasks, let payload):
            Submitter.fill(socket: socket, tasks: tasks, payload: payload)
            print(Submitter.ready)
        case .flood(let socket, let attack, let connections, let inFlight):
            load_flood(socket, attack.load, Int32(connections), Int32(inFlight))
        case .user(let uid, let role):
            let error = load_become(uid)
            guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .EPERM) }
            try role.play()
        case .submitter(let socket, let subject, let workload, let units, let warmUp, let letters):
            let submitter = Submitter(socket: socket, subject: subject, workload: workload)
            submitter.run(warmUp, letter: letters[0])
            print(Submitter.ready)
            fflush(nil)
            guard readLine() != nil else { return }
            let timing = submitter.run(units, letter: letters[1])
            print(String(decoding: try JSONEncoder().encode(timing), as: UTF8.self))
            fflush(nil)
            // Until it is told to end, its CPU time can be read.
            _ = readLine()
        }
    }
}
