import ConductorModel
import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A clock that begins as the wall clock stands, and that nobody sets. What a daemon stores by it, the next one reads by
/// it: an hour that was left is an hour still, though the wall clock was set or the machine slept meanwhile.
struct PersistentClock {
    static let file = "conductor.clock"
    /// What a machine that was off counts for at most: only the wall clock says how long that was, and it may be wrong.
    static let longestAbsence = Duration.seconds(86_400)

    private let base: Timestamp
    /// When it showed `base`, by `MachineClocks.awake`.
    private let origin: Duration

    init(_ clocks: MachineClocks) {
        self.init(base: clocks.wall, origin: clocks.awake)
    }

    private init(base: Timestamp, origin: Duration) {
        self.base = base
        self.origin = origin
    }

    func time(at clocks: MachineClocks) -> Timestamp { base + (clocks.awake - origin) }

    /// Goes on from `reading`.
    ///
    /// If the machine has not been started anew since, the time that it was awake says how much has passed, else the
    /// wall clock does. Which one it is cannot be told: the one that says less is taken, so that nothing ends too early.
    init(following reading: Reading, at clocks: MachineClocks) {
        let awake = clocks.awake - reading.clocks.awake, byWall = clocks.wall - reading.clocks.wall
        let candidates = awake < .zero ? [min(byWall, Self.longestAbsence)] : [awake, byWall]
        let passed = candidates.filter { $0 >= .zero }.min() ?? .zero
        self.init(base: reading.time + passed, origin: clocks.awake)
    }

    /// What it showed, and what the machine's clocks did.
    struct Reading: Hashable {
        var time: Timestamp
        var clocks: MachineClocks
    }
}

extension PersistentClock {
    /// Goes on from what stands in the state folder, if anything does, and notes there where it is now.
    init(folder: String, at clocks: MachineClocks = .now) {
        let reading = Self.text(in: folder + "/" + Self.file).flatMap { Reading(text: $0) }
        self = reading.map { PersistentClock(following: $0, at: clocks) } ?? PersistentClock(clocks)
        note(in: folder, at: clocks)
    }

    /// Nil where there is none, and of what is no file, or one that another user could have written: that is removed.
    private static func text(in file: String) -> String? {
        var status = stat()
        guard lstat(file, &status) == 0 else { return nil }
        let isOwn = status.st_uid == 0 || status.st_uid == geteuid()
        guard status.st_mode & S_IFMT == S_IFREG, isOwn, status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            unlink(file)
            return nil
        }
        return try? String(contentsOf: URL(filePath: file), encoding: .utf8)
    }

    /// For the next daemon. Without it that one begins anew, by the wall clock.
    func note(in folder: String, at clocks: MachineClocks = .now) {
        let text = Reading(time: time(at: clocks), clocks: clocks).text
        try? text.write(toFile: folder + "/" + Self.file, atomically: true, encoding: .utf8)
    }
}

extension PersistentClock.Reading {
    /// In microseconds: what it showed, the time that the machine was awake, the wall clock.
    var text: String { "\(time.microseconds) \(clocks.awake.microseconds) \(clocks.wall.microseconds)\n" }

    /// Nil where it is none.
    init?(text: String) {
        let numbers = text.split { $0 == " " || $0 == "\n" }.map { Int64($0) }
        guard numbers.count == 3, let time = numbers[0], let awake = numbers[1], let wall = numbers[2] else {
            return nil
        }
        // Larger ones could not be reckoned with.
        guard [time, awake, wall].allSatisfy(Timestamp.written.contains) else { return nil }
        self.init(
            time: Timestamp(microseconds: time),
            clocks: MachineClocks(awake: .microseconds(awake), wall: Timestamp(microseconds: wall)))
    }
}

extension Duration {
    fileprivate var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
