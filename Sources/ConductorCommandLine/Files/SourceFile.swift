import Glibc

/// Files as the command line names them: a path, or `-` for standard input.
package enum SourceFile {
    /// No file of ours is larger: a frame could not carry it.
    package static let maximumBytes = 4 << 20

    package static func read(_ path: String) throws(SourceProblems) -> [UInt8] {
        let isStandardInput = path == "-"
        let descriptor = isStandardInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault(path, errno) }
        defer { if !isStandardInput { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw fault(path, errno)
            }
            bytes += buffer[..<count]
            guard bytes.count <= maximumBytes else {
                throw problem(path, "is larger than \(maximumBytes) bytes")
            }
        }
    }

    /// The folder that a file's relative paths start from, by its absolute path.
    package static func folder(of path: String) -> String {
        let slash = path == "-" ? nil : path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? "."
        guard let absolute = realpath(folder, nil) else { return folder }
        defer { free(absolute) }
        return String(cString: absolute)
    }

    /// How messages name a file.
    package static func name(of path: String) -> String { path == "-" ? "standard input" : path }

    private static func fault(_ path: String, _ number: Int32) -> SourceProblems {
        problem(path, strerror(number).map { String(cString: $0) } ?? "error \(number)")
    }

    private static func problem(_ path: String, _ message: String) -> SourceProblems {
        SourceProblems(SourceProblem(file: name(of: path), position: nil, field: "", message: message))
    }
}
