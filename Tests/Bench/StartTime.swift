import ConductorTestSupport
import Foundation

/// How long a daemon takes from its start to READY, after a kill -9, with what is stored.
public struct StartTime: Sendable {
    public struct Row: Codable, Sendable {
        /// Tasks that have ended, and tasks that have not.
        public let ended, unfinished: Int
        /// In milliseconds: the median of the starts, and all of them.
        public let median: Double
        public let starts: [Double]
        public let residentBytes: Int
    }

    public var stores = [StoreMaker(), StoreMaker(ended: 1_000_000, unfinished: 100_000)]
    public var starts = 7
    public var conductord = Binaries.conductord
    public var parentFolder = "/var/tmp"

    public init() {}

    public func callAsFunction(progress: (String) -> Void) async throws -> [Row] {
        var rows: [Row] = []
        for store in stores {
            progress("\(store.ended) tasks that have ended, \(store.unfinished) that have not")
            rows.append(try await row(store))
        }
        return rows
    }

    private func row(_ store: StoreMaker) async throws -> Row {
        let folder = try TemporaryFolder(in: parentFolder)
        if store.ended + store.unfinished > 0 { try store.fill(DaemonProcess.stateFolder(in: folder)) }
        var times: [Double] = [], resident = 0
        // The first one makes what is missing, or has it in no cache.
        for start in 0...starts {
            let began = ContinuousClock.now
            let daemon = try await DaemonProcess(
                in: folder, conductord: conductord, arguments: ["--log-level", "error"],
                environment: Scale.environment)
            if start > 0 { times.append((ContinuousClock.now - began) / .milliseconds(1)) }
            resident = (ProcessFigures(of: daemon.child.pid)?.resident ?? 0) << 10
            await daemon.crash()
        }
        return Row(
            ended: store.ended, unfinished: store.unfinished, median: times.median, starts: times,
            residentBytes: resident)
    }
}

extension [StartTime.Row] {
    /// For people: Markdown, aligned.
    public var table: String {
        let lines = map { row in
            [
                "\(row.ended)", "\(row.unfinished)", Report.text(row.median), Report.text(row.starts.min()),
                Report.text(row.starts.max()), "\(row.residentBytes >> 20)",
            ]
        }
        return Report.markdown([["ended", "unfinished", "ms to READY", "least", "most", "MiB"]] + lines)
    }
}
