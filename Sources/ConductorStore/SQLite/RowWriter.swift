import ConductorJSON
import GRDB
import GRDBSQLite

/// A row on its way into a table: its columns one after another, in a buffer that is used anew for the next one, and
/// their checksum.
///
/// They are bound by SQLite's own calls, without copies: GRDB makes a value of each column and checks the arguments of each
/// statement, which takes longer than SQLite does to write the row.
struct RowWriter {
    fileprivate enum Column {
        case null
        case integer(Int64)
        /// Where its bytes are.
        case text(Range<Int>)
        case blob(Range<Int>)
    }

    private var columns: [Column] = []
    private var bytes: [UInt8] = []
    private var checksum = Checksum()

    init() {
        columns.reserveCapacity(12)
        bytes.reserveCapacity(4096)
    }

    /// Begins another row; in a chain, after the one whose checksum is `previous`.
    mutating func begin(after previous: Int64? = nil) {
        columns.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        checksum = Checksum(after: previous)
    }

    mutating func put(_ integer: Int64?) {
        guard let integer else { return putNull() }
        checksum.add(integer: integer)
        columns.append(.integer(integer))
    }

    mutating func put(_ text: String?) {
        guard var text else { return putNull() }
        let start = bytes.count
        text.withUTF8 { text in
            checksum.add(text: UnsafeRawBufferPointer(text))
            bytes.append(contentsOf: text)
        }
        columns.append(.text(start..<bytes.count))
    }

    mutating func put(_ json: JSONText) {
        let start = bytes.count
        json.bytes.withUnsafeBytes { json in
            checksum.add(blob: json)
            bytes.append(contentsOf: json)
        }
        columns.append(.blob(start..<bytes.count))
    }

    /// Ends what the checksum covers with the checksum itself.
    ///
    /// - Returns: it.
    @discardableResult
    mutating func seal() -> Int64 {
        let sum = checksum.value
        columns.append(.integer(sum))
        return sum
    }

    private mutating func putNull() {
        checksum.addNull()
        columns.append(.null)
    }

    /// Runs a statement that asks for the columns, in their order.
    func run(_ statement: Statement) throws {
        let handle = statement.sqliteStatement
        // What is bound is lent while the statement runs, and forgotten after that.
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        let code = bytes.withUnsafeBytes { bytes in
            for (index, column) in zip(CInt(1)..., columns) {
                let code = column.bind(to: handle, index, in: bytes)
                guard code == SQLITE_OK else { return code }
            }
            return sqlite3_step(handle)
        }
        guard code == SQLITE_DONE else { throw statement.failure(code) }
    }
}

extension RowWriter.Column {
    func bind(to statement: OpaquePointer, _ index: CInt, in bytes: UnsafeRawBufferPointer) -> CInt {
        switch self {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let integer): sqlite3_bind_int64(statement, index, integer)
        case .text(let range):
            sqlite3_bind_text(
                statement, index, bytes.start(of: range)?.assumingMemoryBound(to: CChar.self),
                CInt(clamping: range.count), nil)
        case .blob(let range):
            sqlite3_bind_blob(statement, index, bytes.start(of: range), CInt(clamping: range.count), nil)
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func start(of range: Range<Int>) -> UnsafeRawPointer? {
        baseAddress.map { $0 + range.lowerBound }
    }
}
