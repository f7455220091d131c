import ConductorRandom

/// A disk that keeps for certain only what was flushed.
///
/// As ext4 does: entries of the folder reach the disk in order, and that of a new file at the latest with its content.
struct SimulatedDisk {
    /// What becomes of the writes that were not flushed when the power goes.
    enum Unflushed: CaseIterable {
        case lost
        /// Those up to some moment arrive.
        case firstOnes
        /// Each one arrives or not, as chance has it, one of them in part.
        case anyOfThem
    }

    private enum Change {
        case write(offset: Int, bytes: ArraySlice<UInt8>)
        case truncate(length: Int)
    }

    private enum NameChange {
        case bind(String, file: UInt32)
        case unbind(String)
    }

    private struct File {
        var content: [UInt8] = []
        var pending: [Change] = []
    }

    private var files: [UInt32: File] = [:]
    private var names: [String: UInt32] = [:]
    private var pendingNames: [NameChange] = []
    private var paths: [UInt32: String] = [:]
    /// What was there before the log began, by path.
    private var untouched: [String: [UInt8]]

    init(_ contents: [String: [UInt8]] = [:]) {
        untouched = contents
    }

    mutating func apply(_ record: WriteLog.Record) {
        switch record {
        case .opened(let file, let path):
            paths[file] = path
            guard let content = untouched.removeValue(forKey: path) else { return }
            files[file] = File(content: content)
            names[path] = file
        case .created(let file, let path):
            paths[file] = path
            files[file] = File()
            pendingNames.append(.bind(path, file: file))
        case .written(let file, let offset, let bytes):
            files[file]?.pending.append(.write(offset: offset, bytes: bytes))
        case .truncated(let file, let length): files[file]?.pending.append(.truncate(length: length))
        case .flushed(let file): flush(file)
        case .namesFlushed:
            for change in pendingNames { Self.apply(change, to: &names) }
            pendingNames = []
        case .renamed(let file, let path):
            if let old = paths[file] { pendingNames.append(.unbind(old)) }
            paths[file] = path
            pendingNames.append(.bind(path, file: file))
        case .unlinked(let file):
            if let path = paths.removeValue(forKey: file) { pendingNames.append(.unbind(path)) }
        }
    }

    private mutating func flush(_ file: UInt32) {
        guard var flushed = files.removeValue(forKey: file) else { return }
        for change in flushed.pending { Self.apply(change, to: &flushed.content) }
        flushed.pending = []
        files[file] = flushed
        let binding = pendingNames.lastIndex {
            if case .bind(_, file) = $0 { true } else { false }
        }
        guard let binding else { return }
        for change in pendingNames[...binding] { Self.apply(change, to: &names) }
        pendingNames.removeSubrange(...binding)
    }

    /// What is on the disk when the power comes back, by path.
    func afterCut(_ unflushed: Unflushed, _ random: inout SplitMix) -> [String: [UInt8]] {
        var names = names
        let arrived = unflushed == .lost ? 0 : Int.random(in: 0...pendingNames.count, using: &random)
        for change in pendingNames.prefix(arrived) { Self.apply(change, to: &names) }
        var contents = untouched
        for (path, number) in names.sorted(by: { $0.key < $1.key }) {
            guard let file = files[number] else { continue }
            var content = file.content
            for change in Self.arriving(file.pending, unflushed, &random) { Self.apply(change, to: &content) }
            contents[path] = content
        }
        return contents
    }

    private static func arriving(
        _ pending: [Change], _ unflushed: Unflushed, _ random: inout SplitMix
    ) -> [Change] {
        switch unflushed {
        case .lost: return []
        case .firstOnes: return Array(pending.prefix(Int.random(in: 0...pending.count, using: &random)))
        case .anyOfThem:
            var arriving = pending.filter { _ in random.oneIn(2) }
            guard let torn = arriving.indices.randomElement(using: &random),
                case .write(let offset, let bytes) = arriving[torn]
            else { return arriving }
            let sectors = Int.random(in: 0...bytes.count / 512, using: &random)
            arriving[torn] = .write(offset: offset, bytes: bytes.prefix(sectors * 512))
            return arriving
        }
    }

    private static func apply(_ change: NameChange, to names: inout [String: UInt32]) {
        switch change {
        case .bind(let path, let file): names[path] = file
        case .unbind(let path): names[path] = nil
        }
    }

    private static func apply(_ change: Change, to content: inout [UInt8]) {
        switch change {
        case .write(let offset, let bytes):
            let missing = offset + bytes.count - content.count
            if missing > 0 { content += [UInt8](repeating: 0, count: missing) }
            content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        case .truncate(let length):
            let missing = length - content.count
            if missing > 0 { content += [UInt8](repeating: 0, count: missing) } else { content.removeLast(-missing) }
        }
    }
}
