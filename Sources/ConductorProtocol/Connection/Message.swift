import ConductorJSON
import ConductorModel

/// Writes the bodies of frames.
public enum Message {
    public static func reply(_ reply: Reply, id: RequestID) -> [UInt8] {
        envelope { writer in
            writer.member("id", id)
            writer.member("result", reply)
        }
    }

    /// An id that is nil stands as null: the request's own could not be read.
    public static func refusal(_ refusal: Refusal, id: RequestID?) -> [UInt8] {
        envelope { writer in
            writer.nullableMember("id", id)
            writer.member("error", refusal)
        }
    }

    public static func notification(_ notification: Notification) -> [UInt8] {
        envelope { writer in
            writer.key("method")
            writer.string("\(notification.method)")
            writer.member("params", notification)
        }
    }

    public static func request(_ request: Request, id: RequestID) -> [UInt8] {
        envelope { writer in
            writer.member("id", id)
            writer.member("method", request.method.rawValue)
            writer.key("params")
            request.writeParams(to: &writer)
        }
    }

    /// A request by its method's name and its parameters as a text, for what has no type here.
    public static func request(method: String, params: JSONText, id: RequestID) -> [UInt8] {
        envelope { writer in
            writer.member("id", id)
            writer.member("method", method)
            writer.member("params", params)
        }
    }

    public static func report(_ report: AttemptReport) -> [UInt8] {
        envelope { writer in
            writer.key("method")
            writer.string("\(report.method)")
            writer.member("params", report)
        }
    }

    private static func envelope(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(reserving: 512)
        writer.object { writer in
            writer.member("jsonrpc", "2.0")
            members(&writer)
        }
        return writer.bytes
    }
}
