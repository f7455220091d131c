import ConductorDelivery
import ConductorEngine
import ConductorModel
import ConductorProtocol
import NIOEmbedded
import Testing

@testable import ConductorServer

@Suite("What may leave")
struct OutputGateTests {
    @Test("leaves in one turn up to a slice; what is more leaves in the next, and nothing overtakes it")
    func slices() {
        let gate = GateHarness(), slice = OutputGate.slice
        gate.letOut(1...slice)
        #expect(gate.released == slice)
        gate.letOut((slice + 1)...(slice + 1))
        #expect(gate.released == slice && !gate.gate.isOpen)
        gate.letOut((slice + 2)...(2 * slice + 1))
        gate.turn()
        #expect(gate.released == 2 * slice && !gate.gate.isOpen)
        gate.turn()
        #expect(gate.released == 2 * slice + 1 && gate.gate.isOpen)
        #expect(gate.isInOrder)
    }

    @Test("leaves more slowly where it is long")
    func bytes() {
        let gate = GateHarness()
        gate.bytes = OutputGate.slice * OutputGate.grain
        gate.letOut(1...3)
        #expect(gate.released == 1)
        gate.turn()
        #expect(gate.released == 2)
        gate.bytes = OutputGate.grain - 1
        gate.turn()
        #expect(gate.released == 3)
    }

    @Test("is behind what comes as something leaves, and what is to be done afterwards is done behind it")
    func reentrancy() {
        let gate = GateHarness()
        gate.whenReleased = { [unowned gate] output in
            guard output == 1 else { return }
            gate.letOut(3...3)
            gate.gate.append([], afterwards: [{ gate.isDone = true }])
            gate.gate.letOut()
            #expect(!gate.isDone)
        }
        gate.letOut(1...2)
        #expect(gate.isInOrder && gate.released == 3 && gate.isDone)
    }

    @Test("is done with at once where nothing waits")
    func nothing() {
        let gate = GateHarness()
        gate.gate.append([], afterwards: [{ gate.isDone = true }])
        gate.gate.letOut()
        #expect(gate.isDone)
    }
}

@Suite("Departures")
struct DeparturesTests {
    @Test("come out as they went in, whatever was appended behind what")
    func order() {
        var departures = Departures(), done: [Int] = []
        departures.append([output(1)])
        departures.append([output(2)], afterwards: [{ done.append(2) }, { done.append(3) }])
        departures.append([output(4), output(5)])
        var seen: [UInt64] = []
        while let next = departures.next() {
            switch next {
            case .output(let output): seen.append(number(output))
            case .afterwards(let body):
                body()
                #expect(seen == [1, 2])
            }
        }
        #expect(seen == [1, 2, 4, 5] && done == [2, 3])
        #expect(departures.isEmpty)
    }
}

private func output(_ number: UInt64) -> Output { .notify(ConnectionID(number), .stopping) }

private func number(_ output: Output) -> UInt64 {
    guard case .notify(let connection, _) = output else { return 0 }
    return connection.value
}

/// A gate whose turns end when the test says.
private final class GateHarness {
    private var seen: [UInt64] = []
    private var pauses: [() -> Void] = []
    private(set) lazy var gate: OutputGate = {
        let pause = LoopPause(EmbeddedEventLoop())
        pause.then = { [unowned self] in pauses.append($0) }
        return OutputGate(pause: pause) { [unowned self] output in
            seen.append(number(output))
            whenReleased(number(output))
            return bytes
        }
    }()
    var bytes = 0
    var isDone = false
    var whenReleased: (UInt64) -> Void = { _ in }

    var released: Int { seen.count }
    var isInOrder: Bool { seen == Array(1...UInt64(seen.count)) }

    func letOut(_ numbers: ClosedRange<Int>) {
        gate.append(numbers.map { output(UInt64($0)) })
        gate.letOut()
    }

    /// The loop has looked at its sockets.
    func turn() {
        let due = pauses
        pauses = []
        for body in due { body() }
    }
}
