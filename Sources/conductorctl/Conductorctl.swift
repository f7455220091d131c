import ArgumentParser
import ConductorProtocol

struct Conductorctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conductorctl",
        abstract: "Run workflows over agents, and look after conductord.",
        discussion: """
            Exit status: 0 if what was asked for fully happened, 1 if it was refused or failed, 2 for a usage \
            error, 69 if conductord is not reachable, 77 if it is not that of --daemon-uid. A workflow also ends \
            with 3 if some of its tasks failed, were cancelled or skipped, and with 4 if it was cancelled.

            --socket, --json and --daemon-uid may also come before the command's name. --daemon-uid, or \
            $CONDUCTOR_DAEMON_UID, is the number of the user whose daemon it must be.
            """,
        version: ConductorVersion.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Work",
                subcommands: [
                    Run.self, Rerun.self, Dispatch.self, Watch.self, Wait.self, Logs.self, Outputs.self,
                    Workflows.self, Tasks.self, Show.self, History.self, Report.self, Graph.self, Validate.self,
                    Schema.self, Init.self,
                ]),
            CommandGroup(
                name: "Control",
                subcommands: [
                    Cancel.self, Pause.self, Resume.self, Approve.self, Retry.self, SendFeedback.self,
                    DeadLetters.self, Breakers.self,
                ]),
            CommandGroup(
                name: "Agents", subcommands: [Register.self, Up.self, Down.self, Unregister.self, Agents.self]),
            CommandGroup(name: "Bus", subcommands: [Publish.self, Subscribe.self, SendRequest.self]),
            CommandGroup(
                name: "Daemon",
                subcommands: [Status.self, Top.self, Ping.self, Events.self, Policies.self, Metrics.self, Backup.self]),
        ])
}
