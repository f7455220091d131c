import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Testing

@Suite("The bus over the socket", .timeLimit(.minutes(5)))
struct BusTests {
    @Test("brings a request to who listens, and the response to who asked")
    func requestAndResponse() async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        let asking = try await daemon.connect()
        let answering = try await daemon.connect()
        let questions = try await answering.messages(on: "questions")
        let server = Task {
            for try await question in questions {
                var answer = BusMessage(.feedback, from: "answering")
                answer.correlationID = question.correlationID
                answer.payload = question.payload
                return try await answering.publish(answer, on: "answers")
            }
            return 0
        }
        var question = BusMessage(.control, from: "asking")
        question.payload = try JSONText(parsing: #"{ "n":1.50}"#)
        let answer = try await asking.request(question, on: "questions")
        #expect(answer.senderID == "answering")
        #expect(answer.payload.string == #"{ "n":1.50}"#)
        #expect(try await server.value == 1)
    }

    @Test("closes a listener that does not read, rather than to queue for it without end")
    func slowListener() async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        let slow = try RawConnection(daemon.socket)
        slow.send(frame: #"{"jsonrpc":"2.0","id":1,"method":"bus.subscribe","params":{"channel":"news"}}"#)
        _ = await slow.receive()
        let client = try await daemon.connect()
        var message = BusMessage(.statusUpdate, from: "sender")
        message.payload = try JSONText(parsing: #"{"x":"\#(String(repeating: "x", count: 1_000_000))"}"#)
        var accepted = 0
        while accepted < 200, try await client.publish(message, on: "news") == 1 { accepted += 1 }
        #expect((60..<80).contains(accepted))
        #expect(try await client.status().process.connections == 1)
    }

    @Test("refuses a request that nobody answers with TIMEOUT")
    func timeout() async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        let client = try await daemon.connect()
        await #expect {
            _ = try await client.request(
                BusMessage(.control, from: "asking"), on: "questions", timeout: .milliseconds(20))
        } throws: {
            ($0 as? Refusal)?.code == .timeout
        }
    }

    @Test("brings messages in their order, and none after the listening has ended")
    func listening() async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        let client = try await daemon.connect()
        let sender = try await daemon.connect()
        do {
            let messages = try await client.messages(on: "news")
            for index in 0..<100 {
                var message = BusMessage(.statusUpdate, from: "sender")
                message.messageID = "m\(index)"
                #expect(try await sender.publish(message, on: "news") == 1)
            }
            var heard: [String?] = []
            for try await message in messages {
                heard.append(message.messageID)
                if heard.count == 100 { break }
            }
            #expect(heard == (0..<100).map { "m\($0)" })
        }
        // What is asked behind the unsubscribing is answered behind it.
        var delivered = 1
        while delivered > 0 {
            try await client.ping()
            delivered = try await sender.publish(BusMessage(.statusUpdate, from: "sender"), on: "news")
        }
    }
}
