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
    func run(_ units: Int, letter: String) -> Timing {
        let clock = ContinuousClock()
        let start = clock.now
        var took: [Double]
        switch workload.shape {
        case .tasks(let inFlight):
            var ledger = ledger(tasks: units, letter)
            defer { load_ledger_close(&ledger) }
            load_submit_tasks(connection, &ledger, Int32(inFlight))
            took = UnsafeBufferPointer(start: ledger.took, count: units).map { Double($0) / 1000 }
        case .workflow(let workflow):
            took = (0..<units).map { unit in
                var ledgers = (0..<workflow.atOnce).map { _ in ledger(tasks: workflow.tasks, letter) }
                let start = clock.now
                load_submit_workflows(
                    connection, &ledgers, Int32(workflow.atOnce), unit * workflow.atOnce, Int32(workflow.parallelism),
                    workflow.isChained ? 1 : 0, workflow.mayOmitOutputs ? 1 : 0)
                let time = (clock.now - start) / .microseconds(1)
                for index in ledgers.indices { load_ledger_close(&ledgers[index]) }
                return time
            }
        }
        let seconds = (clock.now - start) / .seconds(1)
        took.sort()
        return Timing(seconds: seconds, p50: took.quantile(0.5), p99: took.quantile(0.99))
    }

    /// Leaves so many tasks in the daemon's queue.
    static func fill(socket: String, tasks: Int, payload: Int) {
        let connection = load_submitter_connect(socket, LOAD_CONDUCTOR)
        var ledger = load_ledger()
        load_ledger_open(&ledger, tasks, payload, CChar(UInt8(ascii: "Q")))
        load_submit_queued(connection, &ledger, 256)
        load_ledger_close(&ledger)
    }

    private func ledger(tasks: Int, _ letter: String) -> load_ledger {
        var ledger = load_ledger()
        load_ledger_open(&ledger, tasks, workload.payload, CChar(letter.utf8.first ?? 0))
        return ledger
    }
}
