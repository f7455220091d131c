import ConductorModel
import ConductorProtocol
import Foundation
import Testing

@testable import ConductorServer

@Suite("The example conductor.yaml")
struct ExampleConfigurationTests {
    private static let path = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("../../../systemd/conductor.yaml").standardized.path

    /// Every key without its comment mark: those have no space behind it, or as many as YAML wants.
    private static func uncommented() throws -> String {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                let rest = line.drop { $0 == "#" }
                return rest.prefix { $0 == " " }.count.isMultiple(of: 2) ? String(rest) : String(line)
            }
            .joined(separator: "\n")
    }

    @Test("names every key, with its default")
    func everyKey() throws {
        let yaml = try Self.uncommented()
        let file = ConfigurationFile(path: Self.path, contents: .text(yaml))
        #expect(Set(file.values.keys) == Set(Setting.all.map(\.key)))
        #expect(
            file.policies.map(\.kind).sorted { $0.rawValue < $1.rawValue }
                == Policy.Kind.allCases.sorted { $0.rawValue < $1.rawValue })

        let sources = ConfigurationSources(
            defaults: DaemonConfiguration(environment: [:], uid: 0), file: Self.path)
        let told = try sources.read(file)
        for setting in Setting.all where setting.key != "access.others" {
            #expect(setting.text(told) == setting.text(sources.defaults), "\(setting.key)")
        }
        // What is not said is none.
        #expect(told.access.others == .any && sources.defaults.access.others == nil)
        for kind in Policy.Kind.allCases {
            #expect(file.policies.contains(try Policy(kind: kind, parameters: nil)))
        }
    }

    @Test("changes nothing as it is installed")
    func asInstalled() throws {
        let sources = ConfigurationSources(
            defaults: DaemonConfiguration(environment: [:], uid: 0), file: Self.path)
        var configuration = sources.defaults
        #expect(configuration.change(to: try sources.read()).isEmpty)
    }
}
