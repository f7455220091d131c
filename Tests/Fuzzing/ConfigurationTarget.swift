import ConductorServer

/// `conductor.yaml`.
enum ConfigurationTarget: FuzzTarget {
    static let name = "configuration"

    static func run(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        let file = ConfigurationFile(path: "conductor.yaml", contents: .text(text))
        let sources = ConfigurationSources(
            defaults: DaemonConfiguration(socket: "/nowhere/socket", stateFolder: "/nowhere"), file: "conductor.yaml")
        do throws(ConfigurationProblems) {
            _ = try sources.read(file)
        } catch {
            promise(!error.description.isEmpty, "a problem without words")
        }
    }
}
