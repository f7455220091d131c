import CSystemd
import Glibc

/// The sink that sends entries to journald, field by field.
public struct Journal: LogSink {
    /// Where journald listens, in every log namespace.
    public static let socketPath = "/run/systemd/journal/socket"

    /// Takes the entries that journald refuses.
    private let fallback: StandardErrorLog

    public init(fallback: StandardErrorLog = StandardErrorLog()) {
        self.fallback = fallback
    }

    /// Whether a journal listens on this machine. Without one, libsystemd reports success and the entry is lost.
    public static func isPresent(socketPath: String = Self.socketPath) -> Bool {
        var status = stat()
        return stat(socketPath, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// The journal where there is one, else readable lines on standard error.
    public static func sink(socketPath: String = Self.socketPath) -> any LogSink {
        isPresent(socketPath: socketPath) ? Journal() : StandardErrorLog()
    }

    public func write(_ record: LogRecord) {
        do {
            try send(record.entry)
        } catch {
            fallback.write(record)
        }
    }

    /// Sends one entry now, on the calling thread; waits while journald does not read.
    /// - Throws: what libsystemd reports; nothing when no journal listens.
    public func send(_ entry: JournalEntry) throws(SystemdFault) {
        let result = EncodedEntry(entry).withIOVectors { vectors in
            sd_journal_sendv(vectors.baseAddress, Int32(vectors.count))
        }
        if result < 0 { throw SystemdFault(call: .journalSend, code: -result) }
    }
}
