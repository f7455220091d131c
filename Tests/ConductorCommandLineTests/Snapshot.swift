import ConductorCommandLine
import Glibc
import Testing

/// Texts that are kept beside the tests. With `CONDUCTOR_RECORD_SNAPSHOTS=1` they are written anew.
enum Snapshot {
    static let folder = String(#filePath.dropLast("/Snapshot.swift".count)) + "/Fixtures"

    static func check(_ text: String, _ name: String, location: SourceLocation = #_sourceLocation) throws {
        let path = "\(folder)/\(name)"
        if getenv("CONDUCTOR_RECORD_SNAPSHOTS") != nil { try write(text, to: path) }
        #expect(try read(path) == text, "\(name) shows another text", sourceLocation: location)
    }

    static func read(_ path: String) throws -> String {
        String(decoding: try SourceFile.read(path), as: UTF8.self)
    }

    /// The names of the files in a folder of fixtures, sorted.
    static func names(in subfolder: String) -> [String] {
        guard let directory = opendir("\(folder)/\(subfolder)") else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func write(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try Output(descriptor: descriptor).write(text)
    }
}
