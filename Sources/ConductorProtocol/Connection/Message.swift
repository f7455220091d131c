import ConductorJSON
import ConductorModel

/// Writes the bodies of frames.
public enum Message {
    public static func reply(_ reply: Reply, id: RequestID) -> [UInt8] {
        body { write(reply, id: id, to: &$0) }
    }

    /// An id that is nil stands as null: the request's own could not be read.
    public static func refusal(_ refusal: Refusal, id: RequestID?) -> [UInt8] {
        body { write(refusal, id: id, to: &$0) }
    }

    public static func notification(_ notification: Notification) -> [UInt8] {
        body { write(notification, to: &$0) }
    }

    public static func request(_ request: Request, id: RequestID) -> [UInt8] {
        request.accept(RequestMessage(id: id))
    }

    public static func request<M: RemoteMethod>(_ method: M.Type, _ params: M.Params, id: RequestID) -> [UInt8] {
        body { writer in
            envelope(&writer) { writer in
                writer.member("id", id)
                writer.member("method", "\(M.name)")
                writer.key("params")
                writer.object { M.write(params, to: &$0) }
            }
        }
    }

    /// A request by its method's name and its parameters as a text, for what has no type here.
    public static func request(method: String, params: JSONText, id: RequestID) -> [UInt8] {
        body { writer in
            envelope(&writer) { writer in
                writer.member("id", id)
                writer.member("method", method)
                writer.member("params", params)
            }
        }
    }

    public static func report(_ report: AttemptReport) -> [UInt8] {
        body { writer in
            envelope(&writer) { writer in
                writer.key("method")
                writer.string(report.method)
                writer.member("params", report)
            }
        }
    }

    static func write(_ reply: Reply, id: RequestID, to writer: inout JSONWriter) {
        envelope(&writer) { writer in
            writer.member("id", id)
            writer.member("result", reply)
        }
    }

    static func write(_ refusal: Refusal, id: RequestID?, to writer: inout JSONWriter) {
        envelope(&writer) { writer in
            writer.nullableMember("id", id)
            writer.member("error", refusal)
        }
    }

    static func write(_ notification: Notification, to writer: inout JSONWriter) {
        envelope(&writer) { writer in
            writer.member("method", notification.method.rawValue)
            writer.member("params", notification)
        }
    }

    private static func body(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(reserving: 512)
        write(&writer)
        return writer.bytes
    }

    private static func envelope(_ writer: inout JSONWriter, _ members: (inout JSONWriter) -> Void) {
        writer.object { writer in
            writer.member("jsonrpc", "2.0")
            members(&writer)
        }
    }
}

private struct RequestMessage: MethodVisitor {
    typealias Output = [UInt8]

    let id: RequestID

    func visit<M: RemoteMethod>(_ method: M.Type, _ params: M.Params) -> [UInt8] {
        Message.request(method, params, id: id)
    }
}
