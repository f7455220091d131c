import ConductorModel
import ConductorStore
import ConductorSystemd

extension JournalEntry {
    static func started(at sockets: [String], _ store: any Store) -> JournalEntry {
        JournalEntry(
            "conductord \(Daemon.version) serves \(sockets.joined(separator: ", ")), with its state in \(store.path).",
            priority: .notice, messageID: .daemonStarted)
    }

    static func lost(_ what: String) -> JournalEntry {
        JournalEntry(what, priority: .critical, messageID: .storeLoss)
    }

    /// - Parameter event: what ended no later went for its age; 0 where it went for the store's size.
    static func removed(_ history: RemovedHistory, through event: Int64) -> JournalEntry {
        let which =
            event > 0
            ? "History that ended before event \(event + 1) is removed"
            : "The store is larger than retention.max_bytes; history of whoever has the most is removed"
        return JournalEntry(
            "\(which): \(history.tasks) tasks, \(history.workflows) workflows, "
                + "\(history.deadLetters) dead letters, events up to \(history.lastEvent).",
            priority: .info, messageID: .historyRemoved)
    }

    static func registered(_ policy: Policy) -> JournalEntry {
        JournalEntry(
            "Policy \(policy.kind.rawValue) is in effect: \(policy.summary)", priority: .notice,
            messageID: .policyRegistered, fields: [JournalField("CONDUCTOR_POLICY", policy.kind.rawValue)])
    }

    static func unregistered(_ kind: Policy.Kind) -> JournalEntry {
        JournalEntry(
            "Policy \(kind.rawValue) is no longer in effect.", priority: .notice, messageID: .policyUnregistered,
            fields: [JournalField("CONDUCTOR_POLICY", kind.rawValue)])
    }

    static func changed(_ change: ConfigurationChange) -> JournalEntry {
        JournalEntry(
            change.description, priority: change.needsRestart ? .warning : .notice,
            messageID: .configurationChanged)
    }

    static var reloaded: JournalEntry {
        JournalEntry("The configuration was reloaded.", priority: .notice, messageID: .configurationChanged)
    }

    static func refused(_ problem: ConfigurationProblem) -> JournalEntry {
        JournalEntry("\(problem)", priority: .error, messageID: .configurationRefused)
    }

    static var unchanged: JournalEntry {
        JournalEntry(
            "The new configuration is invalid; the old one stays in effect.", priority: .error,
            messageID: .configurationRefused)
    }

    static func renewed(socket path: String) -> JournalEntry {
        JournalEntry(
            "The socket \(path) was deleted under the running daemon, and was created again.", priority: .critical,
            messageID: .socketMissing)
    }

    static func missing(socket path: String, _ error: any Error) -> JournalEntry {
        JournalEntry(
            "The socket \(path) was deleted under the running daemon, and cannot be created again: \(error)",
            priority: .critical, messageID: .socketMissing)
    }

    static func missing(socketOfUnit path: String) -> JournalEntry {
        JournalEntry(
            "The socket \(path) was deleted, and belongs to a socket unit: no client finds the daemon until that is "
                + "restarted.", priority: .critical, messageID: .socketMissing)
    }

    static var stopped: JournalEntry {
        JournalEntry("conductord has stopped.", priority: .notice, messageID: .daemonStopped)
    }
}

extension EventJournal {
    /// The store is in trouble that passes, or well again.
    func recordHeld(_ fault: StoreFault?) {
        if let fault {
            record(
                JournalEntry(
                    "The store accepts no changes at present, so new work is refused: \(fault)", priority: .critical,
                    messageID: .storeHeld, fields: [JournalField("CONDUCTOR_ERROR_CODE", fault.kind.rawValue)]))
        } else {
            record(
                JournalEntry(
                    "The store accepts changes again.", priority: .notice, messageID: .storeHealed))
        }
    }
}
