/// What one commit may take. Bytes.
package struct CommitBounds: Sendable {
    /// Of the texts of a row, and of all rows.
    var row: Int
    var all: Int

    package init(row: Int, all: Int) {
        self.row = row
        self.all = all
    }

    /// SQLite takes rows of 1,000,000,000 bytes, and the length of a record in the log has 32 bits. What the engine
    /// keeps of one thing stays far below.
    package static let ofDisk = CommitBounds(row: 512 << 20, all: 3 << 30)

    /// Of what the log holds already.
    package static let none = CommitBounds(row: .max, all: .max)

    /// Counts a row.
    ///
    /// - Parameter sum: of the rows before it.
    func add(_ bytes: Int, to sum: inout Int, _ place: @autoclosure () -> String) throws(StoreFault) {
        guard bytes <= row else { throw .tooLarge("\(place())", bytes, row) }
        sum += bytes
        guard sum <= all else { throw .tooLarge("a commit", sum, all) }
    }
}

extension StoreFault {
    fileprivate static func tooLarge(_ place: String, _ bytes: Int, _ bound: Int) -> StoreFault {
        StoreFault(.tooLarge, at: place, "takes \(bytes) bytes, of which \(bound) can be stored at once")
    }
}
