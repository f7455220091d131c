import ConductorDelivery
import ConductorEngine

/// Lets out what may leave, in its order, so much in one turn of the loop.
///
/// Lives on the event loop.
final class OutputGate {
    /// How many outputs leave in one turn; one of so many bytes counts for one more. 64 tasks at a time bring some 400:
    /// they leave together.
    static let slice = 512, grain = 4 << 10

    private var departures = Departures()
    private let slices: Slices
    private let release: (Output) -> Int

    /// - Parameter release: takes one output to whom it is for; how many bytes that sends.
    init(pause: LoopPause, release: @escaping (Output) -> Int) {
        slices = Slices(of: Self.slice, pause: pause)
        self.release = release
    }

    /// Whether all that may leave has left.
    var isOpen: Bool { slices.isIdle }

    /// These leave after all that came before; `afterwards` is done after them.
    func append(_ outputs: [Output], afterwards: [() -> Void] = []) {
        departures.append(outputs, afterwards: afterwards)
    }

    /// Lets out what was appended, as far as this turn goes; the rest follows by itself.
    func letOut() {
        slices.goOn { [self] in
            switch departures.next() {
            case .output(let output): return 1 + release(output) / Self.grain
            case .afterwards(let body):
                body()
                return 1
            case nil: return nil
            }
        }
    }
}
