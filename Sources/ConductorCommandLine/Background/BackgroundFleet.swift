import ConductorClient
import ConductorJSON
import ConductorModel
import Glibc

/// A fleet whose supervisor is no child of a shell: what is written of it while it is up. Its record is locked for as long as
/// its supervisor lives, so that one that was killed is told from one that is up.
package struct BackgroundFleet: Hashable, Sendable {
    /// The absolute path of the fleet file.
    package let file: String
    /// Of the daemon that the agents are registered with.
    package let socket: String
    package let agents: [AgentID]
    package let startedAt: Timestamp

    package init(file: String, socket: String, agents: [AgentID], startedAt: Timestamp) {
        self.file = file
        self.socket = socket
        self.agents = agents
        self.startedAt = startedAt
    }

    /// The file's path as it is told apart from others: absolute and without links.
    package static func absolute(_ path: String) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return SourceFile.folder(of: path) + "/" + name
    }
}

extension BackgroundFleet: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        file = try fields.required("file")
        socket = try fields.required("socket")
        agents = try fields.required("agents")
        startedAt = try fields.required("started_at")
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("file", file)
            writer.member("socket", socket)
            writer.member("agents", agents)
            writer.member("started_at", startedAt)
        }
    }
}

/// Where records and logs of fleets in the background are.
package struct BackgroundPaths: Hashable, Sendable {
    package let record: String

    /// The log; its past is beside it.
    package var log: String { record.dropLast(Self.ending.count) + ".log" }

    private static let folder = "fleets"
    private static let ending = ".json"

    package init(record: String) {
        self.record = record
    }

    /// - Parameter folder: This user's own.
    package init(folder: String, file: String, socket: String) {
        record = "\(folder)/\(Self.folder)/\(Self.name(file, socket))\(Self.ending)"
    }

    /// Of one fleet at one daemon, where this user may have a record of it.
    package static func candidates(file: String, socket: String) -> [BackgroundPaths] {
        OwnFolder.candidates.map { BackgroundPaths(folder: $0, file: file, socket: socket) }
    }

    /// Of all fleets of this user.
    package static var all: [BackgroundPaths] {
        OwnFolder.candidates.flatMap { folder in
            FolderEntries.names(in: "\(folder)/\(Self.folder)").filter { $0.hasSuffix(ending) }.sorted()
                .map { BackgroundPaths(record: "\(folder)/\(Self.folder)/\($0)") }
        }
    }

    /// For a fleet that begins.
    package static func make(file: String, socket: String) throws -> BackgroundPaths {
        let folder = try OwnFolder.make()
        let own = "\(folder)/\(Self.folder)"
        guard mkdir(own, 0o700) == 0 || errno == EEXIST else {
            throw SystemFault(call: "mkdir", path: own, number: errno)
        }
        return BackgroundPaths(folder: folder, file: file, socket: socket)
    }

    /// FNV-1a: names that differ, not secrets.
    private static func name(_ file: String, _ socket: String) -> String {
        let hash = "\(file)\0\(socket)".utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }
}
