@testable import ConductorServer

extension ConfigurationSources {
    /// Reads `yaml` as if it stood in the file `c.yaml`.
    static func read(
        _ yaml: String, environment: [String: String] = [:], options: [String: String] = [:]
    ) throws(ConfigurationProblems) -> DaemonConfiguration {
        var sources = ConfigurationSources(
            defaults: DaemonConfiguration(socket: "/s", stateFolder: "/d"), file: "c.yaml")
        sources.environment = environment
        sources.options = options
        return try sources.read(ConfigurationFile(path: "c.yaml", contents: .text(yaml)))
    }

    /// What is said of `yaml`, line by line.
    static func complaints(
        about yaml: String, environment: [String: String] = [:], options: [String: String] = [:]
    ) -> [String] {
        do throws(ConfigurationProblems) {
            _ = try read(yaml, environment: environment, options: options)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }
}
