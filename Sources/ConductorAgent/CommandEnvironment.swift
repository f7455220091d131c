import CConductorAgent

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A command's variables. Those that it inherits come byte for byte, whatever their encoding.
struct CommandEnvironment {
    /// Nil takes a variable away.
    private var changes: [String: String?] = [:]

    mutating func set(_ variables: [String: String?]) {
        changes.merge(variables) { _, new in new }
    }

    /// `NAME=VALUE`: what this process has, and what was set over it.
    var entries: [[UInt8]] {
        let names = Set(changes.keys.map { Array($0.utf8) })
        return Self.inherited.filter { !names.contains(Array($0.prefix { $0 != UInt8(ascii: "=") })) }
            + changes.sorted { $0.key < $1.key }.compactMap { name, value in value.map { Array("\(name)=\($0)".utf8) } }
    }

    private static var inherited: [[UInt8]] {
        var entries: [[UInt8]] = []
        var next = conductor_environment()
        while let entry = next.pointee {
            entries.append(Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry))))
            next += 1
        }
        return entries
    }
}
