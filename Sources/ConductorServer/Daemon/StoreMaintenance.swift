import ConductorEngine
import ConductorModel
import ConductorStore

/// What is done to a daemon's store while no daemon serves from it.
public enum StoreMaintenance {
    /// Puts the backup `file` in the store's place.
    ///
    /// - Returns: what was done, for people.
    /// - Throws: `StoreFault`
    public static func restore(
        _ file: String, _ configuration: DaemonConfiguration
    ) throws -> String {
        let folder = configuration.stateFolder
        let old = "replaced-" + MachineClocks.now.wall.compact
        guard let kept = try SQLiteStore.restore(file, into: folder, keepingOldAs: old) else {
            return "\(folder): restored from \(file)"
        }
        return "\(folder): restored from \(file); what was there is in \(kept)"
    }

    /// Reads all that is stored.
    ///
    /// - Returns: what was found, for people, and whether it is valid.
    /// - Throws: `StoreFault` where it could not be read at all.
    public static func verify(_ configuration: DaemonConfiguration) throws -> (report: [String], isWhole: Bool) {
        let folder = configuration.stateFolder
        let verification = try SQLiteStore.verify(folder: folder)
        guard !verification.problems.isEmpty else {
            let rows = verification.rows.map { "\($0.count) \($0.table)" }.joined(separator: ", ")
            return (["\(folder): valid (\(rows))"], true)
        }
        return (verification.problems.map { "\($0)" }, false)
    }
}
