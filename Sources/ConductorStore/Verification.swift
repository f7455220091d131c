import ConductorModel

/// What reading all of a database brought to light.
public struct Verification: Sendable {
    /// How many rows were read of each table, in the order in which they were read.
    public internal(set) var rows: [(table: String, count: Int)] = []
    /// In the order in which they were found, at most `limit` of them.
    public private(set) var problems: [StoreFault] = []

    public static let limit = 100

    mutating func note(_ problem: StoreFault?) {
        if let problem, problems.count < Self.limit { problems.append(problem) }
    }
}

/// What `body` finds wrong.
func fault(at place: String, in body: () throws -> Void) -> StoreFault? {
    do throws(StoreFault) {
        try faulting(place, body)
        return nil
    } catch {
        return error
    }
}
