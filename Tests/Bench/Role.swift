import CConductorLoad
import ConductorTestSupport
import Foundation

/// What `conductor-bench` is told to be when it starts itself: each of these has a process of its own.
public enum Role: Codable, Sendable {
    case floor(socket: String, log: String?)
    case nioFloor(socket: String)
    case agent(socket: String, subject: Subject, name: String, capacity: Int, payload: Int)
    case submitter(socket: String, subject: Subject, workload: Workload, units: Int, warmUp: Int)

    /// No run takes longer; a loop that hangs ends by it.
    private static let limitSeconds: UInt32 = 600

    /// The arguments that make a process play this role.
    func arguments() throws -> [String] {
        ["role", String(decoding: try JSONEncoder().encode(self), as: UTF8.self)]
    }

    /// Runs the role in this process.
    public static func play(_ text: String) throws {
        load_end_after(limitSeconds)
        switch try JSONDecoder().decode(Role.self, from: Data(text.utf8)) {
        case .floor(let socket, let log): load_serve_floor(socket, log)
        case .nioFloor(let socket): try NIOBroker.serve(socket: socket)
        case .agent(let socket, let subject, let name, let capacity, let payload):
            load_work(socket, subject.language, name, Int32(capacity), payload)
        case .submitter(let socket, let subject, let workload, let units, let warmUp):
            let submitter = Submitter(socket: socket, subject: subject, workload: workload)
            submitter.run(warmUp, letter: "W")
            print(Submitter.ready)
            fflush(nil)
            guard readLine() != nil else { return }
            let timing = submitter.run(units, letter: "T")
            print(String(decoding: try JSONEncoder().encode(timing), as: UTF8.self))
            fflush(nil)
            // Until it is told to end, its CPU time can be read.
            _ = readLine()
        }
    }
}
