import GRDB

/// Compares a database, as SQLite sees it, with what was marked when it was used last.
struct MarkCheck {
    let mark: HighWaterMark
    /// Of the database.
    let path: String
    /// Its commits are in a log of their own: what SQLite's log has lost is there.
    let hasLog: Bool

    /// Refuses a database that has lost what it held.
    ///
    /// - Returns: for people, what was lost in a way that leaves the rest whole; nil where nothing was.
    func run(_ db: Database) throws -> String? {
        let end = try EventChain.end(db)
        if let checkpointed = try mark.read(.checkpointed) {
            guard end.sequence >= checkpointed.sequence else { throw lost(end, checkpointed) }
            try compare(checkpointed, db)
        }
        guard !hasLog, let committed = try mark.read(.committed) else { return nil }
        guard end.sequence < committed.sequence else {
            try compare(committed, db)
            return nil
        }
        switch try LogTail(log: path + "-wal") {
        case .damaged(let offset):
            throw StoreFault(
                .corrupt, at: "\(path)-wal",
                "is damaged at byte \(offset): events \(end.sequence + 1) to \(committed.sequence) cannot be read; "
                    + HighWaterMark.wayOut(mark.path))
        case .torn:
            return "\(path)-wal was cut off: events \(end.sequence + 1) to \(committed.sequence), and all that was"
                + " stored with them, are lost"
        }
    }

    private func compare(_ marked: EventChain.Link, _ db: Database) throws {
        guard marked.sequence > (try EventChain.anchor(db).sequence) else { return }
        guard try EventChain.link(db, at: marked.sequence) == marked else {
            throw StoreFault(
                .corrupt, at: path,
                "event \(marked.sequence) is not the one that was written last; \(HighWaterMark.wayOut(mark.path))")
        }
    }

    private func lost(_ end: EventChain.Link, _ marked: EventChain.Link) -> StoreFault {
        StoreFault(
            .corrupt, at: path,
            "ends with event \(end.sequence), and held event \(marked.sequence) before; "
                + HighWaterMark.wayOut(mark.path))
    }
}
