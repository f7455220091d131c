import CConductorLoad
import Foundation

/// The loading side: sends, checks what comes back, and takes the time.
struct Submitter {
    static let ready = "READY"

    /// What it says when all results are there.
    struct Timing: Codable {
        let seconds: Double
        /// Microseconds from sending a unit until its result is there.
        let p50, p99: Double
    }

    private let connection: OpaquePointer
    private let workload: Workload

    init(socket: String, subject: Subject, workload: Workload) {
        connection = load_submitter_connect(socket, subject.language)
        self.workload = workload
    }

    /// - Parameter letter: another one for each run, so that a late result is not taken for one of the next.
    @discardableResult
    func run(_ units: Int, letter: Unicode.Scalar) -> Timing {
        let clock = ContinuousClock()
        let start = clock.now
        var took: [Double]
        switch workload.shape {
        case .tasks(let inFlight):
            var ledger = open(tasks: units, letter)
            defer { load_ledger_close(&ledger) }
            load_submit_tasks(connection, &ledger, Int32(inFlight))
            took = UnsafeBufferPointer(start: ledger.took, count: units).map { Double($0) / 1000 }
        case .workflow(let parallelism):
            took = (0..<units).map { number in
                var ledger = open(tasks: Workload.tasksOfWorkflow, letter)
                defer { load_ledger_close(&ledger) }
                let start = clock.now
                load_submit_workflow(connection, &ledger, "\(letter)\(number)", Int32(parallelism))
                return (clock.now - start) / .microseconds(1)
            }
        }
        let seconds = (clock.now - start) / .seconds(1)
        took.sort()
        return Timing(seconds: seconds, p50: took.quantile(0.5), p99: took.quantile(0.99))
    }

    private func open(tasks: Int, _ letter: Unicode.Scalar) -> load_ledger {
        var ledger = load_ledger()
        load_ledger_open(&ledger, tasks, workload.payload, CChar(letter.value))
        return ledger
    }
}
