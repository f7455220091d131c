import GRDB
import GRDBSQLite

extension Statement {
    /// Whether a query with these arguments has a row.
    ///
    /// It is asked for every task that is dispatched under an id of its own, twice: by SQLite's own calls, it takes a
    /// fifth of the time of a query by GRDB.
    func hasRow(_ arguments: String...) throws -> Bool {
        try integer(arguments) != nil
    }

    /// What stands in the first column of the first row; nil where there is none.
    func integer(_ arguments: String...) throws -> Int64? {
        try integer(arguments)
    }

    private func integer(_ arguments: [String]) throws -> Int64? {
        defer {
            sqlite3_reset(sqliteStatement)
            sqlite3_clear_bindings(sqliteStatement)
        }
        for (index, argument) in zip(Int32(1)..., arguments) {
            let length = Int32(clamping: argument.utf8.count)
            // SQLite copies what is bound: it is lent for the call only.
            let code = sqlite3_bind_text(sqliteStatement, index, argument, length, Self.copied)
            guard code == SQLITE_OK else { throw failure(code) }
        }
        switch sqlite3_step(sqliteStatement) {
        case SQLITE_ROW: return sqlite3_column_int64(sqliteStatement, 0)
        case SQLITE_DONE: return nil
        case let code: throw failure(code)
        }
    }

    /// `SQLITE_TRANSIENT`, a cast that Swift does not take over.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    /// Of its last step.
    func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: String(cString: sqlite3_errmsg(sqlite3_db_handle(sqliteStatement))), sql: sql)
    }
}
