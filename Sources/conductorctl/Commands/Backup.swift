import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the daemon's store while it runs.",
        discussion: """
            The copy is consistent, and lies below the daemon's state folder. conductord --restore FILE starts \
            from it.
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let backup = try await common.connect(replyTimeout: nil).backup()
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("file", backup.file)
            writer.member("bytes", backup.bytes)
        }
        try common.format.show(writer.text, lines: [backup.file])
    }
}
