/// Where a value stands in a document, for people: `tasks[0].needs[1]`.
///
/// Long names are there in excerpt, and what lies far inside has the path of what is around it: a file of few long names
/// and many values must not take the product of both.
package struct JSONPath: Sendable {
    private static let maximumBytes = 512

    package let text: String

    /// Of the outermost value.
    package init() {
        text = ""
    }

    private init(_ text: String) {
        self.text = text
    }

    package func element(_ index: Int) -> JSONPath {
        text.utf8.count < Self.maximumBytes ? JSONPath("\(text)[\(index)]") : self
    }

    package func member(_ key: String) -> JSONPath {
        guard text.utf8.count < Self.maximumBytes else { return self }
        return JSONPath(text.isEmpty ? key.excerpt() : "\(text).\(key.excerpt())")
    }
}
