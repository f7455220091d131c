import ConductorJSON

func parse(_ text: String) throws -> JSONValue {
    try JSONDocument(parsing: Array(text.utf8)).root
}

/// Why `bytes` are refused, nil where they are accepted.
func refusal(of bytes: [UInt8]) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONDocument(parsing: bytes)
        return nil
    } catch {
        return error
    }
}

func refusal(of text: String) -> JSONError? {
    refusal(of: Array(text.utf8))
}

/// The error that `body` ends with, nil where it succeeds.
func fieldError(_ body: () throws(JSONFieldError) -> Void) -> JSONFieldError? {
    do throws(JSONFieldError) {
        try body()
        return nil
    } catch {
        return error
    }
}

/// One of everything, on every edge at which a byte can be missing or wrong.
let sampleText = #"{"a":[1,-2.5e+3,true,false,null],"é\u00e9\ud83d\ude00😀":{"\"\\\/\b\f\n\r\t":""},"z":[[],{}] }"#

/// Reads all that is in a value, and counts the values.
func readEverything(in value: JSONValue) -> Int {
    _ = (value.string, value.bool, value.integer, value.double, value.text, value.depth)
    return 1 + value.elements.reduce(0) { $0 + readEverything(in: $1) }
        + value.members.reduce(0) { $0 + readEverything(in: $1.value) }
}
