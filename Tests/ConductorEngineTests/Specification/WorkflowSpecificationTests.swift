import ConductorEngineSupport
import ConductorModel
import ConductorSpecification
import Testing

@Suite("The workflow engine of the specification, in the engine")
struct WorkflowSpecificationTests {
    private let coordinator = SceneCoordinator()

    @Test("phase mapping: development takes coding, review, test data and test")
    func development() async throws {
        let types = ["coding", "review", "test_data", "test"]
        try await WorkflowSpecification.mapping(of: .development, types, coordinator)
    }

    @Test("phase mapping: devops takes devops and deploying")
    func devops() async throws {
        try await WorkflowSpecification.mapping(of: .devops, ["devops", "deploying"], coordinator)
    }

    @Test("phase mapping: monitoring takes monitor")
    func monitoring() async throws {
        try await WorkflowSpecification.mapping(of: .monitoring, ["monitor"], coordinator)
    }

    @Test("single phase: a workflow of one task completes with its result")
    func single() async throws { try await WorkflowSpecification.singlePhase(coordinator) }

    @Test("single phase: its tasks run one after the other, in the order of the definition")
    func order() async throws { try await WorkflowSpecification.tasksInOrder(coordinator) }

    @Test("several phases: they run in order, whatever the order of the tasks")
    func severalPhases() async throws { try await WorkflowSpecification.severalPhases(coordinator) }

    @Test("failures: a FAILED result is recorded, is not in error_log, and the workflow goes on")
    func failedResult() async throws { try await WorkflowSpecification.failedResultIsNoError(coordinator) }

    @Test("failures: a task without an agent is in error_log, and the workflow goes on")
    func noAgent() async throws { try await WorkflowSpecification.noAgentIsAnError(coordinator) }

    @Test("empty: a workflow without tasks completes at once")
    func noTasks() async throws { try await WorkflowSpecification.noTasks(coordinator) }

    @Test("empty: a phase without tasks is skipped")
    func skipped() async throws { try await WorkflowSpecification.skippedPhase(coordinator) }

    @Test("persistence: an ended workflow reads after a restart as it did before")
    func persistence() async throws { try await WorkflowSpecification.persistence(coordinator) }

    @Test("gate: a phase whose tasks succeeded often enough lets the workflow on")
    func gatePasses() async throws { try await WorkflowSpecification.gatePasses(coordinator) }

    @Test("gate: a phase whose tasks failed too often fails the workflow with PHASE_GATE_BLOCKED")
    func gateBlocks() async throws { try await WorkflowSpecification.gateBlocks(coordinator) }

    @Test("feedback: an error that a monitor finds sends the workflow back to development")
    func triggers() async throws { try await WorkflowSpecification.feedbackTriggers(coordinator) }

    @Test("feedback: past the maximum of loops the workflow fails with MAX_FEEDBACK_LOOPS")
    func maximum() async throws { try await WorkflowSpecification.feedbackMaximum(coordinator) }

    @Test("feedback: every loop is counted, those by hand too")
    func counts() async throws { try await WorkflowSpecification.feedbackCounts(coordinator) }

    @Test("filtering: development runs only the tasks of its types")
    func filterDevelopment() async throws {
        try await WorkflowSpecification.filter(.development, ["a", "b", "c", "d"], coordinator)
    }

    @Test("filtering: devops runs only the tasks of its types")
    func filterDevops() async throws {
        try await WorkflowSpecification.filter(.devops, ["e", "f"], coordinator)
    }

    @Test("filtering: monitoring runs only the tasks of its types")
    func filterMonitoring() async throws {
        try await WorkflowSpecification.filter(.monitoring, ["g"], coordinator)
    }

    @Test("filtering: a task without a type is run by no phase, and is named as unscheduled")
    func filterWithoutType() async throws { try await WorkflowSpecification.filterWithoutType(coordinator) }
}
