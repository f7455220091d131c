import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

/// The exact texts of what the daemon says of errors, steering and the bus.
@Suite("Replies to operators")
struct OperationRepliesTests {
    private let time = Timestamp(microseconds: 1_769_860_800_000_001)

    private func result(_ reply: Reply) -> String {
        let text = text(Message.reply(reply, id: .integer(1)))
        return String(text.dropFirst(#"{"jsonrpc":"2.0","id":1,"result":"#.count).dropLast())
    }

    private func letter() throws -> DeadLetter {
        DeadLetter(
            id: try #require(DeadLetterID("d")), key: TaskKey(taskID: try #require(TaskID("t"))),
            agentID: try #require(AgentID("a")), errorCode: "E", errorMessage: "m", attempt: 2, timestamp: time,
            task: try JSONText(parsing: #"{"name":"t"}"#))
    }

    @Test("a page of dead letters has them and the next cursor, null on the last")
    func deadLetters() throws {
        let text = """
            {"dead_letter_id":"d","task_id":"t","agent_id":"a","error_code":"E","error_message":"m","attempt":2,\
            "timestamp":"2026-01-31T12:00:00.000001Z","task":{"name":"t"}}
            """
        #expect(
            result(.deadLetters([try letter()], nextCursor: 7)) == #"{"dead_letters":[\#(text)],"next_cursor":"7"}"#)
        #expect(result(.deadLetters([], nextCursor: nil)) == #"{"dead_letters":[],"next_cursor":null}"#)
    }

    @Test("what became of a dead letter is told in a word")
    func handled() throws {
        #expect(result(.redriven(try #require(TaskID("t")))) == #"{"task_id":"t"}"#)
        #expect(result(.discarded(false)) == #"{"discarded":false}"#)
        #expect(result(.delivered(3)) == #"{"delivered":3}"#)
    }

    @Test("breakers are told with their counts")
    func breakers() throws {
        let breaker = Breaker(agentID: try #require(AgentID("a")), state: .closed(failures: 2))
        let text = #"{"agent_id":"a","state":"closed","failure_count":2,"success_count":0}"#
        #expect(result(.breakers([breaker])) == #"{"breakers":[\#(text)]}"#)
        #expect(result(.breaker(breaker)) == #"{"breaker":\#(text)}"#)
    }

    @Test("a backup is told with its place and size")
    func backup() {
        #expect(result(.backup(file: "/b.db", bytes: 4096)) == #"{"file":"/b.db","bytes":4096}"#)
    }

    @Test("metrics are told as a text or as members")
    func metrics() {
        let report = MetricsReport(families: [
            .init("up", "Is it.", .gauge, [.init(1.5)]),
            .init("tasks", "How many.", .gauge, [.init(2, label: ("status", "failed"))]),
        ])
        #expect(
            result(.metrics(report, .prometheus)) == #"""
                {"text":"# HELP up Is it.\n# TYPE up gauge\nup 1.5\n# HELP tasks How many.\n# TYPE tasks gauge\n\#
                tasks{status=\"failed\"} 2\n"}
                """#)
        #expect(result(.metrics(report, .json)) == #"{"metrics":{"up":1.5,"tasks":{"failed":2}}}"#)
    }

    @Test("a histogram is told by its buckets, each with those below it, its sum and its count")
    func histogram() {
        var histogram = Histogram(.latency)
        for milliseconds in [1, 2, 20_000] { histogram.note(.milliseconds(milliseconds)) }
        let report = MetricsReport(families: [
            .init("wait_seconds", "How long.", [.init(histogram, label: ("type", "test"))])
        ])
        let lines = report.prometheusText.split(separator: "\n")
        #expect(lines.prefix(2) == ["# HELP wait_seconds How long.", "# TYPE wait_seconds histogram"])
        #expect(lines[2] == #"wait_seconds_bucket{type="test",le="0.0001"} 0"#)
        #expect(lines.contains(#"wait_seconds_bucket{type="test",le="0.001"} 1"#))
        #expect(lines.contains(#"wait_seconds_bucket{type="test",le="10"} 2"#))
        #expect(
            lines.suffix(3) == [
                #"wait_seconds_bucket{type="test",le="+Inf"} 3"#, #"wait_seconds_sum{type="test"} 20.003"#,
                #"wait_seconds_count{type="test"} 3"#,
            ])
        let json = report.json.description
        #expect(json.hasPrefix(#"{"wait_seconds":{"test":{"count":3,"sum":20.003,"buckets":{"0.0001":0,"#))
    }

    @Test("labels and help of metrics cannot end their line or their quotes")
    func escapedMetrics() {
        let report = MetricsReport(families: [
            .init("up", "a\\b\"\nc", .gauge, [.init(1, label: ("kind", "a\\b\"\nc"))])
        ])
        #expect(
            report.prometheusText == #"""
                # HELP up a\\b"\nc
                # TYPE up gauge
                up{kind="a\\b\"\nc"} 1

                """#)
    }

    @Test("a bus message comes with its channel, and alone as a response")
    func busMessage() throws {
        var message = BusMessage(.error, from: "s")
        message.messageID = "m"
        message.timestamp = time
        let text = """
            {"message_id":"m","message_type":"error","sender_id":"s","payload":{},"priority":"medium",\
            "timestamp":"2026-01-31T12:00:00.000001Z","metadata":{}}
            """
        #expect(
            self.text(Message.notification(.busMessage(channel: "a \"b\"", message))) == #"""
                {"jsonrpc":"2.0","method":"bus.message","params":{"channel":"a \"b\"","message":\#(text)}}
                """#)
        #expect(result(.busMessage(message)) == #"{"message":\#(text)}"#)
    }

    private func text(_ body: [UInt8]) -> String { String(decoding: body, as: UTF8.self) }
}
