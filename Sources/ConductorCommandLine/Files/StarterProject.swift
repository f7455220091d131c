import Glibc

/// A fleet of two small agents and a workflow for them, to begin with.
package enum StarterProject {
    package struct File: Sendable {
        package let name: String
        let text: String
        var isProgram = false
    }

    /// A file cannot be written.
    package struct Fault: Error, CustomStringConvertible {
        let path: String
        let reason: String

        package var description: String { "\(TerminalText.sanitized(path)): \(reason)" }
    }

    package static let files = [
        File(name: "fleet.yaml", text: fleet), File(name: "workflow.yaml", text: workflow),
        File(name: "write.sh", text: write, isProgram: true), File(name: "review.sh", text: review, isProgram: true),
    ]

    /// Writes the files below `folder`, making it where it is missing. What is there already stays, and nothing is
    /// written.
    package static func write(to folder: String) throws(Fault) {
        guard mkdir(folder, 0o777) == 0 || errno == EEXIST else { throw fault(folder, errno) }
        for file in files where access(folder + "/" + file.name, F_OK) == 0 {
            throw Fault(path: folder + "/" + file.name, reason: "is there already; nothing was written")
        }
        for file in files {
            let path = folder + "/" + file.name
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file.isProgram ? 0o777 : 0o666)
            guard descriptor >= 0 else { throw fault(path, errno) }
            defer { close(descriptor) }
            do {
                try Output(descriptor: descriptor, name: path).write(file.text)
            } catch {
                throw Fault(path: path, reason: "\(error)")
            }
        }
    }

    private static func fault(_ path: String, _ number: Int32) -> Fault {
        Fault(path: path, reason: strerror(number).map { String(cString: $0) } ?? "error \(number)")
    }

    private static let fleet = """
        # The agents: each is a command, run once for every task. conductor-fleet(5)
        agents:
          - id: writer
            type: coding
            command: [./write.sh]
            working_directory: .
          - id: reviewer
            type: review
            command: [./review.sh]
            working_directory: .

        """

    private static let workflow = """
        # The tasks: the second takes what the first one gave. conductor-workflow(5)
        name: greeting
        phases: [development]
        tasks:
          - task_id: draft
            name: Write a greeting
            assigned_to: coding
            input_data: {name: "${{ inputs.name }}"}
          - task_id: review
            name: Count its words
            assigned_to: review
            input_data: {text: "${{ tasks.draft.output_data.text }}"}
        outputs:
          greeting: ${{ tasks.draft.output_data.text }}

        """

    private static let write = #"""
        #!/bin/sh
        # The task comes as JSON on standard input, the result goes to standard output as JSON, and lines on standard
        # error are the task's log. Exit status 65 rejects a task. conductor-agent(7)
        name=$(tr '\n' ' ' | sed -n 's/.*"input_data" *: *{ *"name" *: *"\([^"\\]*\)".*/\1/p')
        [ -n "$name" ] || { echo "there is no plain name in the task" >&2; exit 65; }
        echo "writing to $name" >&2
        printf '{"text": "Hello %s, nice to meet you."}\n' "$name"

        """#

    private static let review = #"""
        #!/bin/sh
        text=$(tr '\n' ' ' | sed -n 's/.*"input_data" *: *{ *"text" *: *"\([^"\\]*\)".*/\1/p')
        [ -n "$text" ] || { echo "there is no plain text in the task" >&2; exit 65; }
        echo "reading: $text" >&2
        printf '{"words": %d}\n' "$(printf '%s' "$text" | wc -w)"

        """#
}
