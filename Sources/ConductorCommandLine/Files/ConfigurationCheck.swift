import ConductorAgent
import ConductorJSON
import Subprocess
import SystemPackage

/// The daemon knows its configuration; what is wrong with a file is asked of it.
package enum ConfigurationCheck {
    /// The daemon could not be asked.
    package struct Failed: Error, CustomStringConvertible {
        let reason: String

        package var description: String { "only conductord knows its configuration: \(reason)" }
    }

    private static let maximumBytes = 1 << 20
    /// Of sysexits.h.
    private static let wrong: Int32 = 78

    /// All that is wrong with a configuration file; empty where nothing is.
    package static func problems(of path: String) async throws -> [SourceProblem] {
        let name = path == "-" ? "/dev/stdin" : path
        let check = try await Subprocess.run(
            .path(try executable()), arguments: ["--check-config", "--config", name],
            environment: .inherit.updating(PrivateDaemon.othersVariables),
            input: .fileDescriptor(.standardInput, closeAfterSpawningProcess: false),
            output: .string(limit: maximumBytes), error: .string(limit: maximumBytes))
        switch check.terminationStatus {
        case .exited(0): return []
        case .exited(wrong):
            let lines = check.standardOutput.split(separator: "\n")
            return lines.map { SourceProblem(line: String($0), file: name, shownAs: SourceFile.name(of: path)) }
        case .exited, .signaled: throw Failed(reason: check.standardError)
        }
    }

    /// The JSON Schema of a configuration file.
    package static func schema() async throws -> JSONText {
        let answer = try await Subprocess.run(
            .path(try executable()), arguments: ["--config-schema"], output: .string(limit: maximumBytes),
            error: .string(limit: maximumBytes))
        guard answer.terminationStatus == .exited(0), let schema = try? JSONText(parsing: answer.standardOutput) else {
            throw Failed(reason: answer.standardError)
        }
        return schema
    }

    private static func executable() throws(Failed) -> FilePath {
        do throws(CommandNotRunnable) {
            return FilePath(try DaemonExecutable.find())
        } catch {
            throw Failed(reason: error.description)
        }
    }
}

extension SourceProblem {
    /// From a line `FILE:LINE:COLUMN: KEY: MESSAGE`, in which all but the message may be missing.
    init(line: String, file: String, shownAs name: String) {
        let place = /(?<line>[0-9]+):(?<column>[0-9]+): (?<rest>.*)/
        let field = /(?<field>[A-Za-z_][^ :]*): (?<message>.*)/
        var position: Position?
        var rest = line[...]
        if rest.hasPrefix(file + ":") {
            rest = rest.dropFirst(file.count + 1)
            if let match = rest.wholeMatch(of: place), let line = Int(match.line), let column = Int(match.column) {
                position = Position(line: line, column: column)
                rest = match.rest
            }
        }
        rest = rest.drop { $0 == " " }
        let match = rest.wholeMatch(of: field)
        self.init(
            file: name, position: position, field: match.map { String($0.field) } ?? "",
            message: String(match?.message ?? rest))
    }
}
