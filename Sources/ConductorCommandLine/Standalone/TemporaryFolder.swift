import Glibc

/// The system refused something that a private daemon needs.
package struct SystemFault: Error, Hashable, CustomStringConvertible {
    let call: String
    let path: String
    let number: Int32

    package var description: String {
        "\(call) \(path): " + (strerror(number).map { String(cString: $0) } ?? "error \(number)")
    }
}

/// A folder that only this user can enter, for as long as it is needed.
package struct TemporaryFolder: Sendable {
    package let path: String

    /// Below `$TMPDIR`, else below `/tmp`; there too where a socket's path below `$TMPDIR` would be too long.
    package init(environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }) throws(SystemFault) {
        let named = environment("TMPDIR").flatMap { $0.hasPrefix("/") && $0.utf8.count < 64 ? $0 : nil }
        // In a folder that all may write to: `mkdtemp` makes it under a new name, and with mode 0700.
        var template = Array("\(named ?? "/tmp")/conductor-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SystemFault(call: "mkdtemp", path: named ?? "/tmp", number: errno)
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes it and all that is in it, as far as that is possible.
    package func remove() {
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        // Links are not followed: `unlink` removes the link, and fails for a folder.
        guard unlink(path) != 0, errno == EISDIR || errno == EPERM else { return }
        for name in FolderEntries.names(in: path) { remove("\(path)/\(name)") }
        rmdir(path)
    }
}

enum FolderEntries {
    /// None where there is no such folder.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
