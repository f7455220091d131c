import ConductorJSON

/// Reading back what was stored: a text that is no JSON is told like a member that is wrong.
extension JSONReadable {
    init(stored text: JSONText) throws(JSONFieldError) {
        try self.init(json: text.stored)
    }
}

extension JSONFields {
    init(stored text: JSONText) throws(JSONFieldError) {
        try self.init(text.stored)
    }
}

extension JSONText {
    fileprivate var stored: JSONValue {
        get throws(JSONFieldError) {
            do throws(JSONError) {
                return try parsed()
            } catch {
                throw JSONFieldError(reason: "\(error)")
            }
        }
    }
}
