import GRDB

/// Runs `body` and tells its errors as faults of `place`.
func faulting<Value>(_ place: String, _ body: () throws -> Value) throws(StoreFault) -> Value {
    do {
        return try body()
    } catch let fault as StoreFault {
        throw fault
    } catch let error as DatabaseError {
        throw StoreFault(error, at: place)
    } catch {
        throw StoreFault(.io, at: place, "\(error)")
    }
}

extension StoreFault {
    init(_ error: DatabaseError, at place: String) {
        let kind: Kind =
            switch error.resultCode {
            case .SQLITE_FULL: .full
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt
            case .SQLITE_CONSTRAINT: .conflict
            case .SQLITE_TOOBIG: .tooLarge
            default: .io
            }
        self.init(
            kind, code: .sqlite(error.extendedResultCode.rawValue), at: place, error.message ?? "SQLite failed")
    }
}
