import ConductorJSON
import ConductorModel

/// A JSON-RPC 2.0 request or notification before its parameters are read.
struct Envelope {
    struct Fault: Error {
        let refusal: Refusal
        /// Nil where the id itself could not be read.
        let id: RequestID?
    }

    enum Message {
        case request(Request)
        case report(AttemptReport)
        case unknownNotification
    }

    /// Nil for a notification.
    let id: RequestID?
    let method: String
    let params: JSONValue?

    init(_ value: JSONValue) throws(Fault) {
        func fault(_ reason: String, id: RequestID? = nil) -> Fault {
            Fault(refusal: Refusal(.invalidRequest, reason), id: id)
        }
        switch value.kind {
        case .object: break
        case .array: throw fault("batches are not supported")
        case .null, .bool, .number, .string: throw fault("a frame holds one JSON-RPC 2.0 object")
        }
        if let idValue = value["id"] {
            do throws(JSONFieldError) {
                id = try RequestID(json: idValue)
            } catch {
                throw fault("id \(error.reason)")
            }
        } else {
            id = nil
        }
        guard value["jsonrpc"]?.string == "2.0" else { throw fault("jsonrpc must be \"2.0\"", id: id) }
        guard let method = value["method"]?.string else { throw fault("method must be a string", id: id) }
        self.method = method
        params = value["params"]
    }

    func message(_ refusal: (Method) -> Refusal?) throws(Refusal) -> Message {
        if let params, params.kind != .object {
            throw .invalidParams(JSONFieldError(reason: "must be an object"))
        }
        let known = Method.named(method)
        if let refusal = known.flatMap(refusal) { throw refusal }
        do throws(JSONFieldError) {
            if let known { return .request(try known.request(params)) }
            if id == nil, method == "task.progress" || method == "task.log", let params {
                let report = try AttemptReport(json: params)
                return "\(report.method)" == method ? .report(report) : .unknownNotification
            }
        } catch {
            throw .invalidParams(error)
        }
        guard id == nil else { throw Refusal(.methodNotFound, "there is no method \"\(method.excerpt())\"") }
        return .unknownNotification
    }
}
