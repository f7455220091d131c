import ConductorJSON
import ConductorModel

extension Page: MethodParams {
    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        self.init(limit: try fields.integer("limit", in: 1...1000) ?? Page.standardLimit)
        if let cursor = try fields.optional("cursor", as: String.self) {
            guard let position = Int64(cursor) else {
                throw JSONFieldError(field: "cursor", reason: "must be a next_cursor of an earlier page")
            }
            before = position
        }
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("limit", limit)
        writer.member("cursor", before.map { "\($0)" })
    }
}

extension JSONFields {
    /// Where the next page begins; nil on the last.
    mutating func nextCursor() throws(JSONFieldError) -> Int64? {
        guard let cursor = try optional("next_cursor", as: String.self) else { return nil }
        guard let position = Int64(cursor) else {
            throw JSONFieldError(field: "next_cursor", reason: "must be a position")
        }
        return position
    }
}

extension JSONWriter {
    /// Null on the last page.
    mutating func nextCursor(_ cursor: Int64?) {
        nullableMember("next_cursor", cursor.map { "\($0)" })
    }
}
