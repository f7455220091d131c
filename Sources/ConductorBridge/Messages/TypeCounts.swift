import ConductorJSON
import ConductorModel

/// A number for each agent type: how many could be taken, or how many are offered.
public struct TypeCounts: Hashable, Sendable {
    private var counts: [AgentType: Int] = [:]

    public init() {}

    /// 0 where nothing was said.
    public subscript(type: AgentType) -> Int {
        get { counts[type] ?? 0 }
        set { counts[type] = newValue == 0 ? nil : newValue }
    }
}

extension TypeCounts: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        guard json.kind == .object else { throw JSONFieldError(reason: "must be an object") }
        for (name, value) in json.members {
            guard let type = AgentType(rawValue: name) else {
                throw JSONFieldError(field: name.excerpt(), reason: JSONFieldError.unknownKey)
            }
            guard let count = value.integer, (0...10_000).contains(count) else {
                throw JSONFieldError(field: name, reason: "must be an integer from 0 to 10000")
            }
            self[type] = Int(count)
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for type in AgentType.allCases where self[type] > 0 { writer.member(type.rawValue, self[type]) }
        }
    }
}
