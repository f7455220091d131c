#if Bridge
import ConductorBridge
import ConductorBridgeHost
import ConductorNATS
import ConductorProtocol
import ConductorSystemd
import Synchronization

/// What happens, in the journal. Called from any thread; it never waits.
final class BridgeLog: Sendable {
    private let log: JournalLog
    /// What others can make happen at will is told at its 1st, 2nd, 4th, 8th … time.
    private let counts = Mutex<[String: Int]>([:])

    init(_ log: JournalLog) {
        self.log = log
    }

    func started(_ file: BridgeFile, socket: String) {
        let network = file.network
        write(
            "Bridges host \(file.bridge.host) and its daemon at \(socket).", .notice,
            [("host", "\(file.bridge.host)"), ("servers", network.servers.joined(separator: " "))])
        if !network.isEncrypted {
            write("NATS is used without TLS: whoever is on the way can read and change messages.", .warning)
        }
    }

    func stopped(unsent: Int, unread: Int) {
        write("Stopped.", .notice, [("unsent_messages", "\(unsent)"), ("unread_messages", "\(unread)")])
    }

    func tell(_ notice: BridgeNotice) {
        switch notice {
        case .connected(let remaining):
            write("Connected to the daemon; \(remaining) tasks of other hosts have not ended in it.", .notice)
        case .disconnected(let error): write("The daemon is away: \(error)", .warning)
        case .registered(let seat):
            write("Agents of host \(seat.host) are registered as \(seat.agentID).", .info, seat.fields)
        case .unregistered(let seat, let error):
            write("Agent \(seat.agentID) is not registered: \(error)", .warning, seat.fields)
        case .granted(let record):
            let task = record.attempt.taskID
            write("Task \(task) goes to host \(record.host).", .info, record.fields)
        case .begun(let name):
            write("A task of host \(name.owner) is given to the daemon.", .info, [("task_id", "\(name.taskID)")])
        case .released, .ended: break
        case .malformed(let host, let reason):
            writeSometimes("malformed", "A message of host \(host) is left out: \(reason)", [("host", "\(host)")])
        case .bookRepaired(let lines):
            write("\(lines) lines of the claims were not whole and are left out.", .warning)
        }
    }

    func tell(_ notice: NATSNotice) {
        switch notice {
        case .connected(let server, let limit):
            write("Connected to \(server), which takes messages of \(limit) bytes.", .notice)
        case .disconnected(let reason): write("NATS is away: \(reason)", .warning)
        case .closed(let reason): write("NATS has ended the connection for good: \(reason)", .error)
        case .trouble(let text): writeSometimes("trouble", "NATS: \(text)")
        case .strangeSubject(let subject): writeSometimes("subject", "A message on \(subject) is left out.")
        case .unsent(let reason, let bytes):
            writeSometimes("unsent", "A message of \(bytes) bytes is left out: \(reason)")
        }
    }

    private func writeSometimes(_ kind: String, _ message: String, _ fields: [(String, String)] = []) {
        let count = counts.withLock { counts in
            counts[kind, default: 0] += 1
            return counts[kind, default: 0]
        }
        guard count & (count - 1) == 0 else { return }
        write(message, .warning, fields + [("count", "\(count)")])
    }

    private func write(_ message: String, _ priority: JournalPriority, _ fields: [(String, String)] = []) {
        let fields = fields.map { JournalField(.conductor($0.0), $0.1) }
        log.send(JournalEntry(message, priority: priority, fields: fields))
    }
}

extension Seat {
    fileprivate var fields: [(String, String)] { [("host", "\(host)"), ("agent_id", "\(agentID)")] }
}

extension ClaimRecord {
    fileprivate var fields: [(String, String)] {
        let own = [("host", "\(host)"), ("task_id", "\(attempt.taskID)"), ("attempt", "\(attempt.attempt)")]
        return own + (workflowID.map { [("workflow_id", "\($0)")] } ?? [])
    }
}
#endif
