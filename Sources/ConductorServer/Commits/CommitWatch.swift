import ConductorModel
import ConductorStore

/// Tells a store that hangs: the same commit is under way at two looks. One timer is enough for all commits.
struct CommitWatch {
    enum Finding: Equatable {
        /// No commit is under way.
        case atRest
        /// Others were committed since.
        case goesOn
        /// The commit of the last look is still under way.
        case hangs
    }

    /// Between two looks.
    var pace = Duration.seconds(5)
    private var number = 0
    private var isUnderWay = false
    private var isLookDue = false

    mutating func begin() {
        number += 1
        isUnderWay = true
    }

    mutating func end() {
        isUnderWay = false
    }

    /// - Returns: the commit to look for after the pace; nil where a look is due as it is.
    mutating func nextLook() -> Int? {
        guard isUnderWay, !isLookDue else { return nil }
        isLookDue = true
        return number
    }

    mutating func look(_ commit: Int) -> Finding {
        isLookDue = false
        guard isUnderWay else { return .atRest }
        return commit == number ? .hangs : .goesOn
    }
}

extension Duration {
    fileprivate var shown: String { "\((inSeconds * 10).rounded() / 10) s" }
}

extension StoreFault {
    /// The disk keeps a commit waiting.
    static func unanswered(for time: Duration) -> StoreFault {
        StoreFault(.busy, at: "a commit", "the disk has left it unanswered for more than \(time.shown)")
    }
}
