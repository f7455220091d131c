import Subprocess

/// The process group of a command, which leads it.
enum CommandGroup {
    static let teardown: [TeardownStep] = [
        .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: CommandAgent.gracePeriod)
    ]

    /// Ends the group now.
    static func end<I, O, E>(_ execution: Execution<I, O, E>) async {
        await execution.teardown(using: teardown)
    }

    /// Waits until the command has ended, and ends what it left behind. The process id is still the command's then: it
    /// is reaped only after this.
    static func sweepWhenEnded<I, O, E>(_ execution: Execution<I, O, E>) async {
        // Signal 0 reaches nobody: this sequence just waits for the end, also in a task that is cancelled.
        let wait = TeardownStep.send(signal: Signal(rawValue: 0), allowedDurationToNextStep: .seconds(365 * 86_400))
        await execution.teardown(using: [wait])
        try? execution.send(signal: .kill, toProcessGroup: true)
    }
}
