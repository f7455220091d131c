import ConductorCommandLine
import ConductorJSON
import ConductorModel

/// A workflow's or a fleet's file, in YAML or JSON.
enum FilesTarget: FuzzTarget {
    static let name = "files"

    static func run(_ bytes: [UInt8]) {
        let document: SourceDocument
        do throws(SourceProblems) {
            document = try SourceDocument(name: "file.yaml", bytes: bytes)
        } catch {
            return check(error)
        }
        let value = promised { try document.json.parsed() }
        promise(value.depth <= JSONDocument.maximumDepth, "deeper than allowed")
        do throws(SourceProblems) {
            let definition = try WorkflowFile.load(document)
            let again = promised { try WorkflowDefinition(json: definition.source.parsed()) }
            promise(again.source == definition.source, "a definition is not read as it was")
        } catch {
            check(error)
        }
        do throws(SourceProblems) {
            let fleet = try FleetFile.load(document, folder: "/nowhere")
            promise(fleet.members.allSatisfy { !$0.command.isEmpty }, "an agent without a command")
            let names = fleet.members.flatMap(\.environment.keys)
            promise(!names.contains { $0.utf8.contains(UInt8(ascii: "=")) }, "a variable that is none")
        } catch {
            check(error)
        }
    }

    private static func check(_ problems: SourceProblems) {
        promise(!problems.all.isEmpty, "nothing is wrong with it")
        for problem in problems.all {
            promise(!problem.description.isEmpty, "a problem without words")
            guard let position = problem.position else { continue }
            promise(position.line > 0 && position.column > 0, "\(problem) is nowhere")
        }
    }
}
