import ConductorJSON
import ConductorModel
import Foundation
import GRDB

/// Reads one row with suspicion: what does not parse, or is not as it was written, is told with its table and key.
struct RowReader {
    private let columns: [DatabaseValue]
    private let names: [String]
    private let table: String
    /// The columns that tell people which row it is.
    private let keys: [Int]

    init(_ row: Row, of table: String, keys: [Int]) {
        columns = Array(row.databaseValues)
        names = Array(row.columnNames)
        self.table = table
        self.keys = keys
    }

    /// Of a row whose last column is the checksum of those from `first` on.
    ///
    /// - Parameter previous: the checksum of the row before it, where they form a chain.
    init(
        sealed row: Row, of table: String, keys: [Int], from first: Int = 0, after previous: Int64? = nil
    ) throws(StoreFault) {
        self.init(row, of: table, keys: keys)
        guard try integer(columns.count - 1) == Checksum.of(columns[first...].dropLast(), after: previous) else {
            throw corrupt(previous == nil ? "is not as it was written" : "does not belong after the one before it")
        }
    }

    func text(_ column: Int) throws(StoreFault) -> String {
        guard let text = try optionalText(column) else { throw corrupt(column, "is missing") }
        return text
    }

    func optionalText(_ column: Int) throws(StoreFault) -> String? {
        switch columns[column].storage {
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
        switch columns[column].storage {
        case .null: nil
        case .int64(let integer): integer
        case .string, .double, .blob: throw corrupt(column, "is no integer")
        }
    }

    /// A number that others follow: neither negative nor so large that the next one would be too large.
    func counter(_ column: Int) throws(StoreFault) -> Int64 {
        let number = try integer(column)
        guard Limits.counts.contains(Int(number)) else { throw corrupt(column, "is out of range") }
        return number
    }

    /// A time that can be told, so that others can be reckoned from it.
    func time(_ column: Int) throws(StoreFault) -> Timestamp {
        let microseconds = try integer(column)
        guard Timestamp.written.contains(microseconds) else { throw corrupt(column, "is out of range") }
        return Timestamp(microseconds: microseconds)
    }

    func json(_ column: Int) throws(StoreFault) -> JSONText {
        switch columns[column].storage {
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
            throw corrupt("\(names[column]): \(error.field) \(error.reason)")
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
        let key = keys.map { String.fromDatabaseValue(columns[$0]) ?? "\(columns[$0])" }.filter { !$0.isEmpty }
        return StoreFault(.corrupt, at: "row \(key.joined(separator: "/")) of \(table)", message)
    }

    private func corrupt(_ column: Int, _ message: String) -> StoreFault {
        corrupt("\(names[column]) \(message)")
    }
}
