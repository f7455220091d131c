/// XML that a browser reads as HTML too. Names of elements and attributes are literals of the program; all else is
/// escaped on its way in, so nothing unescaped can be written by accident.
public struct Markup: Sendable {
    /// Those that are nil are left out.
    package typealias Attributes = KeyValuePairs<StaticString, String?>

    public private(set) var text = ""

    package init() {}

    /// With an end tag, also where nothing is inside.
    package mutating func element(_ name: StaticString, _ attributes: Attributes = [:], _ body: (inout Self) -> Void) {
        begin(name, attributes)
        text += ">"
        body(&self)
        text += "</\(name)>"
    }

    package mutating func element(_ name: StaticString, _ attributes: Attributes = [:], text content: String) {
        element(name, attributes) { $0.text(content) }
    }

    /// An element that has no content.
    package mutating func empty(_ name: StaticString, _ attributes: Attributes = [:]) {
        begin(name, attributes)
        text += "/>"
    }

    package mutating func text(_ content: String) {
        Escaping.append(content, to: &text, breaksLines: true)
    }

    /// Text of this program, written as it stands: a stylesheet, the document's type.
    package mutating func literal(_ content: StaticString) {
        text += "\(content)"
    }

    /// A line break in the source, which a page does not show.
    package mutating func newline() {
        text += "\n"
    }

    private mutating func begin(_ name: StaticString, _ attributes: Attributes) {
        text += "<\(name)"
        for (key, value) in attributes {
            guard let value else { continue }
            text += " \(key)=\""
            Escaping.append(value, to: &text, breaksLines: false)
            text += "\""
        }
    }
}
