import ConductorEngine
import ConductorJSON
import ConductorModel
import Configuration

/// Where a daemon's configuration comes from: the file, over it the `CONDUCTOR_*` variables, over both the options of
/// the command line. It can be read again and again.
public struct ConfigurationSources: Sendable {
    /// What holds where nothing is said.
    public var defaults: DaemonConfiguration
    public var file: String
    /// A file that is missing is a problem.
    public var isFileRequired = false
    public var environment: [String: String] = [:]
    /// By key.
    public var options: [String: String] = [:]

    public init(defaults: DaemonConfiguration, file: String) {
        self.defaults = defaults
        self.file = file
    }

    /// - Throws: everything that is wrong.
    public func read() throws(ConfigurationProblems) -> DaemonConfiguration {
        let contents = ConfigurationFile.Contents(of: file, isRequired: isFileRequired)
        return try read(ConfigurationFile(path: file, contents: contents))
    }

    package func read(_ file: ConfigurationFile) throws(ConfigurationProblems) -> DaemonConfiguration {
        var configuration = defaults
        configuration.engine.policies = file.policies
        configuration.access.bounds = file.bounds
        var problems = file.problems + strayVariables
        let reader = ConfigReader(providers: [optionProvider, environmentProvider, file.provider])
        for setting in Setting.all {
            guard let texts = reader.texts(of: setting) else { continue }
            for index in setting.take(&configuration, texts) {
                let key = setting.isList ? "\(setting.key)[\(index)]" : setting.key
                problems.append(
                    ConfigurationProblem(
                        place: place(of: setting, index, file), key: key,
                        reason: setting.reason(against: texts[index])))
            }
        }
        guard problems.isEmpty else { throw ConfigurationProblems(problems) }
        return configuration
    }

    private var optionProvider: InMemoryProvider {
        let values = options.map { key, text in
            (AbsoluteConfigKey(ConfigKey(key)), ConfigValue(.string(text), isSecret: false))
        }
        return InMemoryProvider(name: "command line", values: Dictionary(values) { first, _ in first })
    }

    private var environmentProvider: some ConfigProvider {
        EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "conductor")
    }

    /// Variables are shared with other programs; those of our sections can only be ours.
    private var strayVariables: [ConfigurationProblem] {
        let known = Set(Setting.all.map(\.variable))
        let sections = Setting.sections.map { "CONDUCTOR_" + $0.uppercased() + "_" }
        return environment.keys.sorted()
            .filter { name in !known.contains(name) && sections.contains { name.hasPrefix($0) } }
            .map {
                let reason = "unknown variable" + $0.suggestion(among: known.sorted())
                return ConfigurationProblem(place: .environment(variable: $0), key: "", reason: reason)
            }
    }

    /// The strongest of those that say it.
    private func place(of setting: Setting, _ index: Int, _ file: ConfigurationFile) -> ConfigurationProblem.Place {
        if options[setting.key] != nil { return .commandLine }
        if environment[setting.variable] != nil { return .environment(variable: setting.variable) }
        let marks = file.values[setting.key]?.marks ?? []
        return .file(file.path, marks.indices.contains(index) ? marks[index] : nil)
    }
}

extension ConfigReader {
    fileprivate func texts(of setting: Setting) -> [String]? {
        let key = ConfigKey(setting.key)
        return setting.isList ? stringArray(forKey: key) : string(forKey: key).map { [$0] }
    }
}

extension ConfigurationFile {
    fileprivate var provider: InMemoryProvider {
        let values = values.map { key, value in
            let content: ConfigContent = value.isList ? .stringArray(value.texts) : .string(value.texts.joined())
            return (AbsoluteConfigKey(ConfigKey(key)), ConfigValue(content, isSecret: false))
        }
        return InMemoryProvider(name: path, values: Dictionary(values) { first, _ in first })
    }
}
