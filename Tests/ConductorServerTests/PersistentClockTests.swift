import ConductorModel
import Foundation
import Testing

@testable import ConductorServer

@Suite("The persistent clock")
struct PersistentClockTests {
    private let start = MachineClocks(awake: .seconds(1000), wall: Timestamp(microseconds: 1_790_000_000_000_000))

    /// The machine's clocks a minute after `start`, the wall clock having been set meanwhile.
    private func aMinuteLater(wallSetBy seconds: Int = 0, restarted: Bool = false) -> MachineClocks {
        MachineClocks(
            awake: restarted ? .seconds(20) : start.awake + .seconds(60),
            wall: start.wall + .seconds(60 + seconds))
    }

    @Test("goes on as if the wall clock had not been set", arguments: [0, 86_400, -86_400, -30])
    func running(seconds: Int) {
        let clock = PersistentClock(start)
        #expect(clock.time(at: aMinuteLater(wallSetBy: seconds)) == start.wall + .seconds(60))
    }

    @Test(
        "goes on over a restart of the daemon, whatever the wall clock was set to meanwhile",
        arguments: [0, 86_400, -86_400])
    func daemonRestart(seconds: Int) {
        let reading = PersistentClock.Reading(time: start.wall, clocks: start)
        let later = aMinuteLater(wallSetBy: seconds)
        #expect(PersistentClock(following: reading, at: later).time(at: later) == start.wall + .seconds(60))
    }

    @Test("goes by the wall clock over a restart of the machine")
    func machineRestart() {
        let reading = PersistentClock.Reading(time: start.wall, clocks: start)
        let later = aMinuteLater(restarted: true)
        #expect(PersistentClock(following: reading, at: later).time(at: later) == start.wall + .seconds(60))
    }

    @Test("counts a day at most for a machine that was off: its wall clock may be wrong")
    func longAbsence() {
        let reading = PersistentClock.Reading(time: start.wall, clocks: start)
        let later = aMinuteLater(wallSetBy: 60 * 86_400, restarted: true)
        #expect(PersistentClock(following: reading, at: later).time(at: later) == start.wall + .seconds(86_400))
    }

    @Test("stands still while the machine sleeps, over a restart of the daemon too")
    func sleep() {
        let reading = PersistentClock.Reading(time: start.wall, clocks: start)
        let later = MachineClocks(awake: start.awake + .seconds(5), wall: start.wall + .seconds(8 * 3600))
        #expect(PersistentClock(start).time(at: later) == start.wall + .seconds(5))
        #expect(PersistentClock(following: reading, at: later).time(at: later) == start.wall + .seconds(5))
    }

    @Test("never goes back", arguments: [false, true])
    func backwards(restarted: Bool) {
        let reading = PersistentClock.Reading(time: start.wall, clocks: start)
        let later = aMinuteLater(wallSetBy: -86_400, restarted: restarted)
        #expect(PersistentClock(following: reading, at: later).time(at: later) >= start.wall)
    }

    @Test("finds in the state folder where an earlier one stood, and takes a damaged note for none")
    func folder() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "conductor-clock-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path(percentEncoded: false)
        #expect(PersistentClock(folder: path, at: start).time(at: start) == start.wall)
        let later = aMinuteLater(wallSetBy: 86_400)
        #expect(PersistentClock(folder: path, at: later).time(at: later) == start.wall + .seconds(60))
        try Data("nonsense".utf8).write(to: folder.appending(path: PersistentClock.file))
        #expect(PersistentClock(folder: path, at: later).time(at: later) == later.wall)
    }

    @Test("takes no note that another user could have written, nor numbers that cannot be reckoned with")
    func foreign() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "conductor-clock-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path(percentEncoded: false), file = path + "/" + PersistentClock.file
        let later = aMinuteLater(wallSetBy: 86_400)
        _ = PersistentClock(folder: path, at: start)
        chmod(file, 0o666)
        #expect(PersistentClock(folder: path, at: later).time(at: later) == later.wall)
        unlink(file)
        mkfifo(file, 0o600)
        #expect(PersistentClock(folder: path, at: later).time(at: later) == later.wall)
        for text in ["\(Int64.max) 0 \(Int64.min)\n", "0 \(Int64.min) 0\n"] {
            #expect(PersistentClock.Reading(text: text) == nil)
        }
    }
}
