import ConductorTestSupport
import Foundation

/// Instructions of the daemon per task, counted by callgrind: what a change costs or saves, free of the machine's mood.
public struct InstructionCount: Sendable {
    public let subject: Subject
    public let conductord: String
    public let parentFolder: String

    /// A hundred tasks, and three hundred: what a start costs is in both.
    private static let few = 0.1, many = 0.3
    private static let valgrind = "/usr/bin/valgrind"
    private static let workload = Workload("instructions", .tasks(inFlight: 1))

    /// Thousands per task that were measured of a release build: whoever makes it cheaper lowers them. valgrind 3.19
    /// runs no debug build.
    public static let budgets: [(subject: Subject, instructions: Double)] = [(.ephemeral, 217), (.durable, 452)]

    /// By how much a task may become dearer before it counts as a regression.
    public static let tolerance = 1.1

    public static let isAvailable = FileManager.default.isExecutableFile(atPath: valgrind)

    public init(_ subject: Subject, conductord: String, parentFolder: String) {
        self.subject = subject
        self.conductord = conductord
        self.parentFolder = parentFolder
    }

    /// - Returns: thousands of instructions per task.
    public func callAsFunction() async throws -> Double {
        let folder = try TemporaryFolder(in: parentFolder)
        // valgrind takes fright at the debug information of a static Swift library.
        let stripped = folder.file("conductord")
        _ = await (try ChildProcess("/usr/bin/strip", ["-o", stripped, conductord])).finish()
        let few = try await total(Self.few, stripped, in: folder)
        let many = try await total(Self.many, stripped, in: folder)
        func tasks(_ scale: Double) -> Int {
            let units = Self.workload.units(for: subject, scale: scale)
            return units + Self.workload.warmUp(units: units)
        }
        return (many - few) / Double(tasks(Self.many) - tasks(Self.few)) / 1000
    }

    /// All instructions of a daemon's life.
    private func total(_ scale: Double, _ stripped: String, in folder: TemporaryFolder) async throws -> Double {
        let counts = folder.file("callgrind"), script = folder.file("counted")
        let text =
            "#!/bin/sh\nexec \(Self.valgrind) --tool=callgrind --callgrind-out-file=\(counts) \(stripped) \"$@\"\n"
        try text.write(toFile: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script)
        var run = Run(subject, Self.workload)
        run.scale = scale
        run.conductord = script
        run.parentFolder = parentFolder
        _ = try await run()
        let lines = try String(contentsOfFile: counts, encoding: .utf8).split(separator: "\n")
        let summary = lines.first { $0.hasPrefix("summary: ") }
        guard let total = summary.flatMap({ Double($0.dropFirst(9)) }) else {
            throw Server.Failure(description: "callgrind has counted nothing")
        }
        return total
    }
}
