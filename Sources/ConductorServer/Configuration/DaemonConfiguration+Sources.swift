import ConductorModel
import Configuration

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension DaemonConfiguration {
    /// Takes up the file at `path` and the `CONDUCTOR_*` variables over it.
    /// - Parameter isRequired: a file that is missing is a problem.
    public mutating func apply(
        file path: String, isRequired: Bool, environment: [String: String]
    ) throws(ConfigurationProblem) {
        try apply(try Self.read(path, isRequired: isRequired), environment: environment)
    }

    mutating func apply(
        _ file: ConfigurationFile, environment: [String: String]
    ) throws(ConfigurationProblem) {
        let variables = EnvironmentVariablesProvider(environmentVariables: environment)
            .prefixKeys(with: "conductor")
        let values = file.values.map { key, value in
            (AbsoluteConfigKey(ConfigKey(key)), ConfigValue(.string(value.text), isSecret: false))
        }
        let reader = ConfigReader(providers: [
            variables, InMemoryProvider(name: file.path, values: Dictionary(values) { first, _ in first }),
        ])
        for setting in Setting.all {
            guard let text = reader.string(forKey: ConfigKey(setting.key)) else { continue }
            guard setting.set(&self, text) else {
                let variable = "CONDUCTOR_" + setting.key.uppercased().replacing(".", with: "_")
                let place: ConfigurationProblem.Place =
                    environment[variable] == nil
                    ? .file(file.path, line: file.values[setting.key]?.line ?? 0) : .environment(variable: variable)
                throw ConfigurationProblem(
                    place: place, key: setting.key, reason: "\(setting.expectation), not \"\(text)\"")
            }
        }
        policies = file.policies
    }

    /// Takes up one key from the command line.
    public mutating func apply(option key: String, _ text: String) throws(ConfigurationProblem) {
        guard let setting = Setting.all.first(where: { $0.key == key }), setting.set(&self, text) else {
            let expectation = Setting.all.first { $0.key == key }?.expectation ?? "is not known here"
            throw ConfigurationProblem(place: .commandLine, key: key, reason: "\(expectation), not \"\(text)\"")
        }
    }

    private static func read(_ path: String, isRequired: Bool) throws(ConfigurationProblem) -> ConfigurationFile {
        let yaml: String
        do {
            yaml = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            if !isRequired, (error as? CocoaError)?.code == .fileReadNoSuchFile {
                return ConfigurationFile(missing: path)
            }
            throw ConfigurationProblem(place: .file(path, line: 0), key: "", reason: "the file cannot be read")
        }
        return try ConfigurationFile(path: path, yaml: yaml)
    }
}
