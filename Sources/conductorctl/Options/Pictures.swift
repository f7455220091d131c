import ConductorCommandLine

extension FormatOptions {
    /// Writes text that is no lines for people but a picture; as JSON, with its format.
    func write(_ text: String, format: String) throws {
        if json {
            try show(["format": format, "text": text], lines: [])
        } else {
            try Output.standard.write(text)
        }
    }
}
