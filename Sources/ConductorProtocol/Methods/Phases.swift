import ConductorJSON
import ConductorModel

/// `phase.list`: which types of agents each phase of a workflow has.
public enum PhaseListMethod: RemoteMethod {
    public typealias Params = NoParams
    public typealias Reply = PhaseList

    public static var name: StaticString { "phase.list" }
    public static var requiredRole: Role { .observer }
    public static func scope(_ params: NoParams) -> StateScope { .nothing }
}

public struct PhaseList: Hashable, MethodReply {
    public var agentTypes: [Phase: [AgentType]]

    /// Those of this version.
    public init() {
        agentTypes = Dictionary(uniqueKeysWithValues: Phase.allCases.map { ($0, $0.agentTypes) })
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        agentTypes = try fields.required("phases", as: Phases.self).agentTypes
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("phases", Phases(agentTypes: agentTypes))
    }

    private struct Phases: JSONReadable, JSONWritable {
        var agentTypes: [Phase: [AgentType]] = [:]

        init(agentTypes: [Phase: [AgentType]]) {
            self.agentTypes = agentTypes
        }

        /// Words that only a newer daemon knows are left out.
        init(json: JSONValue) throws(JSONFieldError) {
            guard json.kind == .object else { throw JSONFieldError(reason: "must be an object") }
            for (word, types) in json.members {
                guard let phase = Phase(rawValue: word) else { continue }
                agentTypes[phase] = types.elements.compactMap { $0.string.flatMap(AgentType.init) }
            }
        }

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                for phase in Phase.allCases {
                    if let types = agentTypes[phase] { writer.member(phase.rawValue, types) }
                }
            }
        }
    }
}
