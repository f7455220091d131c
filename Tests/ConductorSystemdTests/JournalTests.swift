import ConductorModel
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
                sink.write([record("by hand")])
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
        log.write([record("first\nforged"), record("second")])
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
        log.write([record("lost"), record("lost")])
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

    @Test("What is written at once are whole lines, no more of them than a pipe takes in one piece")
    func wholeLines() throws {
        let pipe = try Pipe(.ofPackets)
        let messages = (0..<40).map { String(repeating: "x", count: 37 * $0) }
        StandardErrorLog(descriptor: pipe.writeEnd).write(messages.map { record($0) })
        pipe.closeWriteEnd()
        let packets = pipe.readPackets()
        #expect(packets.allSatisfy { $0.hasSuffix("\n") && $0.utf8.count <= 4096 })
        #expect(packets.count < 12)
        #expect(packets.joined().split(separator: "\n").map { $0.drop { $0 != "x" } } == messages.map { $0[...] })
    }

    private func record(_ message: String) -> LogRecord {
        LogRecord(JournalEntry(message), time: Timestamp(microseconds: 0))
    }

    /// Closes its descriptor after one batch, so that the reader sees an end in any case.
    private struct OneLine: LogSink {
        let descriptor: Int32

        func write(_ records: [LogRecord]) {
            StandardErrorLog(descriptor: descriptor).write(records)
            close(descriptor)
        }
    }
}
