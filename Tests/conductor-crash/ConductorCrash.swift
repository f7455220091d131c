import ArgumentParser
import Foundation

@main
struct ConductorCrash: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conductor-crash",
        abstract: "Breaks a real conductord in every way it can think of, and looks whether anything was lost.",
        discussion: "Each command exits with 1 where a promise was broken, and says which.",
        subcommands: [Kill.self, Cuts.self, Calls.self, Full.self, Bytes.self, Soak.self, History.self])
}

/// What every command takes.
struct Seed: ParsableArguments {
    @Option(help: "What is left to chance follows from this.")
    var seed: UInt64 = 1
}

/// Prints a line at once, also into a file.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

/// Says what was broken, if anything, and ends accordingly.
func conclude(_ violations: [String]) throws {
    for violation in violations.prefix(50) { say("BROKEN: \(violation)") }
    if violations.count > 50 { say("… and \(violations.count - 50) more") }
    guard violations.isEmpty else { throw ExitCode.failure }
}
