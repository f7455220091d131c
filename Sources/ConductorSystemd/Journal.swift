import CSystemd
import Glibc

/// The sink that sends entries to journald, field by field.
public struct Journal: LogSink {
    /// Where journald listens, in every log namespace.
    public static let socketPath = "/run/systemd/journal/socket"

    /// Takes the entries that journald refuses.
    private let fallback: StandardErrorLog?

    public init(fallback: StandardErrorLog? = StandardErrorLog()) {
        self.fallback = fallback
    }

    /// Whether a journal listens on this machine. Without one, libsystemd reports success and the entry is lost.
    public static func isPresent(socketPath: String = Self.socketPath) -> Bool {
        var status = stat()
        return stat(socketPath, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// The journal where there is one, and readable lines on standard error unless that is the journal too.
    ///
    /// - Parameters:
    ///   - stream: `$JOURNAL_STREAM`: device and inode of the stream that systemd gave the process.
    public static func sink(
        socketPath: String = Self.socketPath, stream: String? = getenv("JOURNAL_STREAM").map { String(cString: $0) },
        standardError: Int32 = STDERR_FILENO
    ) -> any LogSink {
        guard isPresent(socketPath: socketPath) else { return StandardErrorLog(descriptor: standardError) }
        guard !isStream(stream, standardError) else { return Journal() }
        return JournalAndStandardError(standardError: StandardErrorLog(descriptor: standardError, waits: false))
    }

    private static func isStream(_ stream: String?, _ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && stream == "\(status.st_dev):\(status.st_ino)"
    }

    public func write(_ records: [LogRecord]) {
        for record in records {
            do {
                try send(record.entry)
            } catch {
                fallback?.write([record])
            }
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
