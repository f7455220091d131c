/// What can be done with a workflow that is held at a gate.
struct HeldGate {
    private let workflow: String

    init(_ workflow: String) {
        self.workflow = workflow
    }

    var choices: [String] {
        [
            "waiting for approval:",
            "  conductorctl retry \(workflow)                      run again what failed",
            "  conductorctl approve \(workflow) --accept-failures  continue, failed tasks count as done",
            "  conductorctl approve \(workflow)                    continue, what needs a failed task is skipped",
            "  conductorctl approve \(workflow) --deny             end the workflow as failed",
        ]
    }
}
