import ConductorJSON
import ConductorModel
import Foundation
import GRDB

/// Reads one row with suspicion: what does not parse is told with its table and key.
struct RowReader {
    let row: Row
    let table: String
    /// For people, for the case that the row is corrupt.
    let key: String

    /// The key is what stands in the columns `keys`.
    init(_ row: Row, of table: String, keys: [Int]) {
        self.row = row
        self.table = table
        key = keys.map { String.fromDatabaseValue(row[$0]) ?? "\(row[$0] as DatabaseValue)" }
            .filter { !$0.isEmpty }.joined(separator: "/")
    }

    func text(_ column: Int) throws(StoreFault) -> String {
        guard let text = try optionalText(column) else { throw corrupt(column, "is missing") }
        return text
    }

    func optionalText(_ column: Int) throws(StoreFault) -> String? {
        switch (row[column] as DatabaseValue).storage {
        case .null: nil
        case .string(let text): text
        case .int64, .double, .blob: throw corrupt(column, "is no text")
        }
    }

    func integer(_ column: Int) throws(StoreFault) -> Int64 {
        guard let integer = try optionalInteger(column) else { throw corrupt(column, "is missing") }
        return integer
    }

    func optionalInteger(_ column: Int) throws(StoreFault) -> Int64? {
        switch (row[column] as DatabaseValue).storage {
        case .null: nil
        case .int64(let integer): integer
        case .string, .double, .blob: throw corrupt(column, "is no integer")
        }
    }

    func json(_ column: Int) throws(StoreFault) -> JSONText {
        switch (row[column] as DatabaseValue).storage {
        case .blob(let data): JSONText(restoring: Array(data))
        case .null, .int64, .double, .string: throw corrupt(column, "is no blob")
        }
    }

    func parsed(_ column: Int) throws(StoreFault) -> JSONValue {
        let text = try json(column)
        do throws(JSONError) {
            return try text.parsed()
        } catch {
            throw corrupt(column, "\(error)")
        }
    }

    func value<Value: JSONReadable>(_ column: Int, as type: Value.Type = Value.self) throws(StoreFault) -> Value {
        let json = try parsed(column)
        do throws(JSONFieldError) {
            return try Value(json: json)
        } catch {
            throw corrupt("\(row.name(column)): \(error.field) \(error.reason)")
        }
    }

    func word<Word: Vocabulary>(_ column: Int, as type: Word.Type = Word.self) throws(StoreFault) -> Word {
        guard let word = try optionalWord(column, as: Word.self) else { throw corrupt(column, "is missing") }
        return word
    }

    func optionalWord<Word: Vocabulary>(_ column: Int, as type: Word.Type = Word.self) throws(StoreFault) -> Word? {
        guard let text = try optionalText(column) else { return nil }
        guard let word = Word(rawValue: text) else { throw corrupt(column, "is not known") }
        return word
    }

    func id<Kind>(_ column: Int) throws(StoreFault) -> Identifier<Kind> {
        guard let id = try optionalID(column, of: Kind.self) else { throw corrupt(column, "is missing") }
        return id
    }

    func optionalID<Kind>(_ column: Int, of kind: Kind.Type = Kind.self) throws(StoreFault) -> Identifier<Kind>? {
        guard let text = try optionalText(column) else { return nil }
        guard let id = Identifier<Kind>(text) else { throw corrupt(column, "is no id") }
        return id
    }

    func corrupt(_ message: String) -> StoreFault {
        StoreFault(.corrupt, at: "row \(key) of \(table)", message)
    }

    private func corrupt(_ column: Int, _ message: String) -> StoreFault {
        corrupt("\(row.name(column)) \(message)")
    }
}

extension Row {
    fileprivate func name(_ column: Int) -> String {
        columnNames.dropFirst(column).first ?? "column \(column)"
    }
}
