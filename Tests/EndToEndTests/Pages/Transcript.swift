import ConductorTestSupport
import Testing

/// A conversation as the protocol page shows it.
struct Transcript: Sendable, CustomTestStringConvertible {
    struct Step: Sendable {
        enum Act: Sendable {
            case send(String)
            case sendBytes([UInt8])
            case sendEnd
            case receive(String)
            case receiveEnd
        }

        let connection: String
        let act: Act
        let line: Int
    }

    struct Unreadable: Error {
        let line: Int
    }

    private let title: String
    private let steps: [Step]

    var testDescription: String { title }

    /// Nil where the block is none.
    init?(_ block: ManualPage.Block) throws {
        guard block.lines.contains(where: { $0.contains("--> ") }) else { return nil }
        title = "\(block.title), line \(block.firstLine)"
        var frames: [(line: Int, text: String)] = []
        for (index, line) in block.lines.enumerated() {
            if line.hasPrefix(Self.continuation), !frames.isEmpty {
                frames[frames.count - 1].text += line.dropFirst(Self.continuation.count)
            } else {
                frames.append((block.firstLine + index, line))
            }
        }
        steps = try frames.map { try Self.step($0.text, line: $0.line) }
    }

    /// What a frame's further lines begin with.
    private static let continuation = "    "
    /// One side says no more.
    private static let end = "end of stream"

    private static func step(_ text: String, line: Int) throws -> Step {
        guard let match = text.wholeMatch(of: /(?:(\w+) )?(-->|<--) (.+)/) else { throw Unreadable(line: line) }
        let body = String(match.3)
        let act: Step.Act =
            if match.2 == "<--" {
                body == end ? .receiveEnd : .receive(body)
            } else if let digits = body.wholeMatch(of: /bytes (.+)/) {
                .sendBytes(digits.1.matches(of: /[0-9a-f]{2}/).compactMap { UInt8($0.0, radix: 16) })
            } else {
                body == end ? .sendEnd : .send(body)
            }
        return Step(connection: match.1.map(String.init) ?? "", act: act, line: line)
    }

    /// Says to the daemon what is sent, and compares what comes; in the end nothing else may have come.
    func replay(on daemon: DaemonProcess) async throws {
        var connections: [String: RawConnection] = [:]
        var placeholders = Placeholders()
        for step in steps {
            let connection = try connections[step.connection] ?? RawConnection(daemon.socket)
            connections[step.connection] = connection
            switch step.act {
            case .send(let text): connection.send(frame: placeholders.filled(text))
            case .sendBytes(let bytes): connection.send(bytes: bytes)
            case .sendEnd: connection.finishSending()
            case .receive(let pattern):
                let frame = try #require(await connection.receive(), "line \(step.line): the connection is closed")
                let differences = try placeholders.match(pattern, frame)
                try #require(differences.isEmpty, "line \(step.line): \(differences)\nwhat came: \(frame)")
            case .receiveEnd:
                #expect(await connection.receive() == nil, "line \(step.line)")
                connections[step.connection] = nil
            }
        }
        for (name, connection) in connections {
            connection.send(frame: #"{"jsonrpc":"2.0","id":"last","method":"ping"}"#)
            let frame = await connection.receive()
            #expect(frame == #"{"jsonrpc":"2.0","id":"last","result":{}}"#, "\(name) got more than the page shows")
        }
    }
}
