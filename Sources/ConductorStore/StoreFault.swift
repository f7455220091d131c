/// Why a store cannot do what it was asked.
public struct StoreFault: Error, Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// The system refused; after a commit its outcome is unknown.
        case io
        /// No room is left; nothing was stored, and the same may succeed later.
        case full
        /// Another program is in the way; nothing was stored, and the same may succeed later.
        case busy
        /// What is stored is not what was written.
        case corrupt
        /// The database was written by a newer version of Conductor.
        case newerVersion = "newer_version"
        /// Another daemon uses the same state folder.
        case locked
        /// Another user could have written it.
        case notPrivate = "not_private"
        /// The changes do not fit what is stored; nothing of them was stored.
        case conflict
        /// The changes take more than can be stored at once; nothing of them was stored.
        case tooLarge = "too_large"
    }

    public enum Code: Hashable, Sendable {
        /// `errno`.
        case system(Int32)
        /// SQLite's extended result code.
        case sqlite(Int32)
    }

    public let kind: Kind
    /// Nil where the store itself found the fault.
    public let code: Code?
    /// What was being done, or which row is meant.
    public let place: String
    /// For people.
    public let message: String

    public init(_ kind: Kind, code: Code? = nil, at place: String, _ message: String) {
        self.kind = kind
        self.code = code
        self.place = place
        self.message = message
    }
}

extension StoreFault {
    /// The same may succeed later.
    var passes: Bool {
        switch kind {
        case .full, .busy: true
        case .io, .corrupt, .newerVersion, .locked, .notPrivate, .conflict, .tooLarge: false
        }
    }
}

extension StoreFault: CustomStringConvertible {
    public var description: String {
        switch code {
        case .system(let number): Self.printable("\(place): \(message) (errno \(number))")
        case .sqlite(let number): Self.printable("\(place): \(message) (SQLite \(number))")
        case nil: Self.printable("\(place): \(message)")
        }
    }

    /// The names and keys of what another program wrote may be anything, and are told on terminals.
    private static func printable(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
