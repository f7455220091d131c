import ConductorJSON
import ConductorModel

/// `workflow.validate`: what is wrong with a definition. Nothing is run.
public enum WorkflowValidateMethod: RemoteMethod {
    public typealias Params = JSONText
    public typealias Reply = ValidationReply

    public static var name: StaticString { "workflow.validate" }
    public static var requiredRole: Role { .observer }
    public static func scope(_ definition: JSONText) -> StateScope { .nothing }

    public static func read(_ fields: inout JSONFields) throws(JSONFieldError) -> JSONText {
        try fields.required("definition")
    }

    public static func write(_ definition: JSONText, to writer: inout JSONWriter) {
        writer.member("definition", definition)
    }
}

public struct ValidationReply: Hashable, MethodReply {
    /// Empty where the definition can be run.
    public var problems: [Problem]

    public init(_ problems: [Problem]) {
        self.problems = problems
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        problems = try fields.required("problems")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("valid", problems.isEmpty)
        writer.member("problems", problems)
    }
}
