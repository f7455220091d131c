import ConductorJSON
import ConductorModel

/// `metrics.get`: what the daemon has counted.
public enum MetricsMethod: RemoteMethod {
    public typealias Params = MetricsReport.Format
    public typealias Reply = MetricsReply

    public static var name: StaticString { "metrics.get" }
    public static var requiredRole: Role { .observer }
    public static func storeQuery(_ format: MetricsReport.Format) -> StoreQuery { .process }

    public static func read(_ fields: inout JSONFields) throws(JSONFieldError) -> MetricsReport.Format {
        try fields.required("format")
    }

    public static func write(_ format: MetricsReport.Format, to writer: inout JSONWriter) {
        writer.member("format", format)
    }
}

public enum MetricsReply: Equatable, MethodReply {
    /// In Prometheus' text format.
    case prometheus(String)
    /// An object, by name; those that have labels by these within.
    case json(JSONText)

    public init(_ report: MetricsReport, _ format: MetricsReport.Format) {
        switch format {
        case .prometheus: self = .prometheus(report.prometheusText)
        case .json: self = .json(report.json)
        }
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        if let text = try fields.optional("text", as: String.self) {
            self = .prometheus(text)
        } else {
            self = .json(try fields.required("metrics"))
        }
    }

    public func writeMembers(to writer: inout JSONWriter) {
        switch self {
        case .prometheus(let text): writer.member("text", text)
        case .json(let metrics): writer.member("metrics", metrics)
        }
    }
}
