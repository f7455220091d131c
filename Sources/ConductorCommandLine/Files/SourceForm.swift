import ConductorJSON
import ConductorModel

/// What may stand at a place of a file that people write.
package indirect enum SourceForm: Sendable {
    case text
    case identifier
    case label
    case timestamp
    case word([String])
    case integer(ClosedRange<Int>, example: Int)
    case number(ClosedRange<Double>, example: Double)
    /// Seconds as a number, or a text with units; it is sent as the number.
    case duration(ClosedRange<Double>, example: String)
    case list(of: SourceForm, example: String)
    case mapping([Key])
    /// Keys of any name.
    case entries(of: SourceForm, example: String)
    /// Its contents are for others to judge.
    case anyList(example: String)
    case anyMapping(example: String)

    package struct Key: Sendable {
        let name: String
        let form: SourceForm
        let isRequired: Bool

        init(_ name: String, _ form: SourceForm, isRequired: Bool = false) {
            self.name = name
            self.form = form
            self.isRequired = isRequired
        }
    }

    static func word<Word: Vocabulary>(_: Word.Type) -> SourceForm { .word(Word.words) }
}

/// A value that people write in files, in a form that is known before it is read.
package protocol SourceFormed: JSONReadable {
    static var sourceForm: SourceForm { get }
}

extension SourceForm {
    /// For people: `must be …`.
    var expectation: String {
        switch self {
        case .text: "must be a string"
        case .identifier: "must be an id: letters, digits, and . _ : - after the first, at most 128"
        case .label: AgentLabel.expectation
        case .timestamp: "must be a time such as 2026-01-31T12:00:00Z"
        case .word(let words): "must be one of \(words.joined(separator: ", "))"
        case .integer(let range, let example):
            "must be a whole number from \(range.lowerBound) to \(range.upperBound), such as \(example)"
        case .number(let range, let example):
            "must be a number from \(range.lowerBound.plain) to \(range.upperBound.plain), such as \(example.plain)"
        case .duration(let range, let example):
            "must be from \(range.lowerBound.plain) to \(range.upperBound.plain) seconds, such as \(example)"
        case .list(_, let example), .anyList(let example): "must be a list, such as \(example)"
        case .mapping(let keys):
            "must be a mapping with the \(keys.count == 1 ? "key" : "keys") "
                + keys.map(\.name).joined(separator: ", ")
        case .entries(_, let example), .anyMapping(let example): "must be a mapping, such as \(example)"
        }
    }

    /// Stands for a required value that is missing or wrong, so that the rest can be judged; nil where nothing can.
    func standIn(_ number: Int) -> JSONText? {
        switch self {
        case .text, .identifier, .label: "missing-\(number)".jsonText
        case .word(let words): words.first?.jsonText
        case .integer(let range, _): range.lowerBound.jsonText
        case .number(let range, _), .duration(let range, _): range.lowerBound.jsonText
        case .list(let form, _):
            form.standIn(number).map { element in
                var writer = JSONWriter()
                writer.beginArray()
                writer.element(element)
                writer.endArray()
                return writer.text
            }
        case .timestamp, .mapping, .entries, .anyList, .anyMapping: nil
        }
    }
}

extension Double {
    /// 30 rather than 30.0.
    fileprivate var plain: String { Int64(exactly: self).map { "\($0)" } ?? "\(self)" }
}
