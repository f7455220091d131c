import ConductorJSON
import ConductorModel

extension WorkflowDefinition: SourceFormed {
    package static let sourceForm = SourceForm.mapping([
        .init("workflow_id", .identifier),
        .init("name", .text, isRequired: true),
        .init("description", .text),
        .init("phases", .list(of: .word(Phase.self), example: "[development, devops]")),
        .init("tasks", .list(of: TaskDefinition.sourceForm, example: "[{name: Compile, assigned_to: coding}]")),
        .init("parallelism", .integer(1...1000, example: 4)),
        .init("when_busy", .word(WhenBusy.self)),
        .init("queue_timeout_seconds", .duration(0...604_800, example: "600 or 10m")),
        .init("agent_wait_seconds", .duration(0...604_800, example: "30 or 30s")),
        .init("max_feedback_loops", .integer(0...1000, example: 3)),
        .init("gate", .mapping([.init("required_success_rate", .number(0...1, example: 0.8), isRequired: true)])),
        .init("on_gate_blocked", .word(OnGateBlocked.self)),
        .init("outputs", .entries(of: .text, example: "{url: \"${{ tasks.deploy.output_data.url }}\"}")),
        .init("metadata", .anyMapping(example: "{team: web}")),
    ])
}

extension TaskDefinition: SourceFormed {
    package static let sourceForm = SourceForm.mapping([
        .init("task_id", .identifier),
        .init("name", .text, isRequired: true),
        .init("description", .text),
        .init("assigned_to", .word(AgentType.self)),
        .init("agent_labels", .list(of: .label, example: "[gpu, arch=arm64]")),
        .init("priority", .word(Priority.self)),
        .init("input_data", .anyMapping(example: "{files: [a.swift]}")),
        .init("timeout_seconds", .duration(1...86_400, example: "120 or 2m")),
        .init("needs", .list(of: .identifier, example: "[compile]")),
        .init("retry", RetryPolicy.sourceForm),
        .init("metadata", .anyMapping(example: "{team: web}")),
        .init("created_at", .timestamp),
    ])
}

extension RetryPolicy {
    static let sourceForm = SourceForm.mapping([
        .init("max_retries", .integer(0...20, example: 3)),
        .init("initial_delay_seconds", .duration(0...86_400, example: "1 or 1s")),
        .init("max_delay_seconds", .duration(0...86_400, example: "60 or 1m")),
        .init("backoff_multiplier", .number(1...100, example: 2)),
        .init("retryable_errors", .list(of: .text, example: "[TRANSIENT_ERROR]")),
    ])
}

extension Feedback: SourceFormed {
    package static let sourceForm = SourceForm.mapping([
        .init("source_agent_id", .identifier),
        .init("findings", .anyList(example: "[p99 is 2.3 s]")),
        .init("severity", .word(Severity.self)),
        .init("recommendations", .anyList(example: "[add an index]")),
        .init("affected_task_ids", .list(of: .identifier, example: "[compile]")),
        .init("metrics", .anyMapping(example: "{p99_seconds: 2.3}")),
    ])
}

extension FleetFile: SourceFormed {
    package static let sourceForm = SourceForm.mapping([
        .init(
            "agents",
            .list(
                of: .mapping([
                    .init("id", .identifier, isRequired: true),
                    .init("type", .word(AgentType.self), isRequired: true),
                    .init("capacity", .integer(1...10_000, example: 4)),
                    .init("labels", .list(of: .label, example: "[gpu, arch=arm64]")),
                    .init("name", .text),
                    .init("description", .text),
                    .init("command", .list(of: .text, example: "[./agent.sh, --verbose]"), isRequired: true),
                    .init("working_directory", .text),
                    .init("environment", .entries(of: .text, example: "{LANG: C.UTF-8}")),
                ]), example: "[{id: coder, type: coding, command: [./agent.sh]}]"), isRequired: true)
    ])
}
