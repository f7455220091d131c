import ConductorJSON
import ConductorModel

/// What an attempt took, where it was measured.
struct CommandUsage: Hashable, Sendable {
    /// Of all its processes.
    var cpuMicroseconds: Int64?
    /// Of all its processes at once in a control group, else of the largest.
    var memoryPeakBytes: Int64?
    /// Processes that the kernel ended for want of memory.
    var oomKills: Int64 = 0

    /// `metadata` with what was measured. What the command says itself stays, and so does metadata that has no room.
    func added(to metadata: JSONText) -> JSONText {
        guard let members = try? metadata.parsed().members else { return metadata }
        var writer = JSONWriter()
        writer.object { writer in
            for (key, value) in members { writer.member(key, value.text) }
            let keys = members.map(\.key)
            if let cpuMicroseconds, !keys.contains("cpu_seconds") {
                writer.member("cpu_seconds", Double(cpuMicroseconds) / 1_000_000)
            }
            if let memoryPeakBytes, !keys.contains("memory_peak_bytes") {
                writer.member("memory_peak_bytes", memoryPeakBytes)
            }
        }
        let text = writer.text
        return text.bytes.count <= Limits.metadataBytes ? text : metadata
    }
}
