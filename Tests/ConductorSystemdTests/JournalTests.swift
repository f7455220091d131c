import ConductorSystemd
import Glibc
import Testing

@Suite struct JournalTests {
    @Test("libsystemd takes an entry, whether a journal listens here or not")
    func send() throws {
        let entry = JournalEntry(
            "conductor test entry\nof two lines", priority: .debug,
            fields: [JournalField("CONDUCTOR_TEST", "a\0b\nPRIORITY=0")])
        try Journal().send(entry)
    }

    @Test("A journal is present where a socket is, not where nothing or something else is")
    func presence() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/socket"
        #expect(!Journal.isPresent(socketPath: path))
        #expect(!Journal.isPresent(socketPath: directory.path))
        try withExtendedLifetime(UnixSocket(.datagram, boundTo: path)) {
            #expect(Journal.isPresent(socketPath: path))
            let pipe = try Pipe()
            var status = stat()
            try #require(fstat(pipe.writeEnd, &status) == 0)
            let stream = "\(status.st_dev):\(status.st_ino)"
            #expect(Journal.sink(socketPath: path, stream: stream, standardError: pipe.writeEnd) is Journal)
            // Started by hand, in a terminal that itself is a service's.
            for other in [nil, "1:2"] {
                let sink = Journal.sink(socketPath: path, stream: other, standardError: pipe.writeEnd)
                sink.write(LogRecord(entry: JournalEntry("by hand"), time: WallTime(microseconds: 0)))
            }
            pipe.closeWriteEnd()
            #expect(pipe.readToEnd().split(separator: "\n").map { $0.hasSuffix("info by hand") } == [true, true])
        }
        #expect(Journal.sink(socketPath: directory.path) is StandardErrorLog)
    }

    @Test("Without a journal each entry is one line on standard error")
    func lines() throws {
        let pipe = try Pipe()
        let log = StandardErrorLog(descriptor: pipe.writeEnd)
        for message in ["first\nforged", "second"] {
            log.write(LogRecord(entry: JournalEntry(message), time: WallTime(microseconds: 0)))
        }
        pipe.closeWriteEnd()
        #expect(
            pipe.readToEnd() == """
                1970-01-01T00:00:00.000000Z info first\\nforged
                1970-01-01T00:00:00.000000Z info second

                """)
    }

    @Test("A full, non-blocking standard error makes the log wait; nothing of the line is lost")
    func fullPipe() throws {
        let pipe = try Pipe()
        let filling = pipe.fill()
        let log = try JournalLog(sink: OneLine(descriptor: pipe.takeWriteEnd()))
        let message = String(repeating: "x", count: 1_000_000)
        log.send(JournalEntry(message))
        #expect(!log.flush(timeout: .milliseconds(50)))
        let text = pipe.readToEnd()
        #expect(text.utf8.count > filling + message.utf8.count)
        #expect(text.hasSuffix(" info \(message)\n"))
        #expect(log.close(timeout: .seconds(60)))
    }

    @Test("Beside a journal, a standard error that nobody reads holds up nothing")
    func stuckStandardError() throws {
        let pipe = try Pipe()
        _ = pipe.fill()
        let log = StandardErrorLog(descriptor: pipe.writeEnd, waits: false)
        log.write(LogRecord(entry: JournalEntry("lost"), time: WallTime(microseconds: 0)))
        pipe.closeWriteEnd()
        #expect(!pipe.readToEnd().contains("lost"))
    }

    @Test("A reader of standard error that went away stops nothing")
    func brokenPipe() async {
        await #expect(processExitsWith: .success) {
            let pipe = try Pipe()
            pipe.closeReadEnd()
            let log = try JournalLog(sink: StandardErrorLog(descriptor: pipe.writeEnd))
            log.send(JournalEntry("nobody reads this"))
            #expect(log.close(timeout: .seconds(60)))
        }
    }

    /// Closes its descriptor after one record, so that the reader sees an end in any case.
    private struct OneLine: LogSink {
        let descriptor: Int32

        func write(_ record: LogRecord) {
            StandardErrorLog(descriptor: descriptor).write(record)
            close(descriptor)
        }
    }
}
