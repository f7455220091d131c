import ArgumentParser
import ConductorCommandLine

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a small fleet and a workflow that run at once, to begin with.",
        discussion: "Files that are there already stay as they are, and nothing is written.")

    @Argument(help: "The folder; the current one without it.", completion: .directory)
    var folder = "."

    @OptionGroup var format: FormatOptions

    func run() throws {
        try StarterProject.write(to: folder)
        let names = StarterProject.files.map(\.name)
        let place = folder == "." ? "" : "cd \(folder) && "
        try format.show(
            ["files": names],
            lines: names.map { "wrote \(TerminalText.sanitized("\(folder)/\($0)"))" } + [
                "", "Run it, without a daemon:",
                "  \(TerminalText.sanitized(place))conductorctl run workflow.yaml --standalone --fleet fleet.yaml --set name=Ada",
            ])
    }
}
