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
            writer.member("method", notification.method.rawValue)
            writer.member("params", notification)
        }
    }

    public static func request(_ request: Request, id: RequestID) -> [UInt8] {
        request.accept(RequestMessage(id: id))
    }

    public static func request<M: RemoteMethod>(_ method: M.Type, _ params: M.Params, id: RequestID) -> [UInt8] {
        envelope { writer in
            writer.member("id", id)
            writer.member("method", "\(M.name)")
            writer.key("params")
            writer.object { M.write(params, to: &$0) }
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

private struct RequestMessage: MethodVisitor {
    typealias Output = [UInt8]

    let id: RequestID

    func visit<M: RemoteMethod>(_ method: M.Type, _ params: M.Params) -> [UInt8] {
        Message.request(method, params, id: id)
    }
}
