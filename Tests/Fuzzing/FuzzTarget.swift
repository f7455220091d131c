/// Something that takes bytes from outside, and whatever they are neither traps nor breaks what it promises.
package protocol FuzzTarget: Sendable {
    /// Of the folder of its corpus too.
    static var name: String { get }

    /// Traps where a promise is broken.
    static func run(_ bytes: [UInt8])
}

/// All that there are.
package enum FuzzTargets {
    package static let all: [any FuzzTarget.Type] = [
        FramesTarget.self, RequestsTarget.self, JSONTarget.self, ExpressionsTarget.self, FilesTarget.self,
        ConfigurationTarget.self, ChangesTarget.self, LogTarget.self, EngineTarget.self,
    ]

    package static func named(_ name: String) -> (any FuzzTarget.Type)? {
        all.first { $0.name == name }
    }
}

/// States what holds whatever the bytes are.
func promise(_ holds: Bool, _ what: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line) {
    guard holds else { fatalError(what(), file: file, line: line) }
}

/// Does what cannot fail whatever the bytes are.
func promised<Value>(_ body: () throws -> Value, file: StaticString = #fileID, line: UInt = #line) -> Value {
    do {
        return try body()
    } catch {
        fatalError("\(error)", file: file, line: line)
    }
}
