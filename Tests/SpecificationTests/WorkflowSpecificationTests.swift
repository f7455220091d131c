import ConductorModel
import ConductorSpecification
import Testing

@Suite("The workflow engine of the specification")
struct WorkflowSpecificationTests {
    @Test("phase mapping: development takes coding, review, test data and test", arguments: Place.allCases)
    func development(_ place: Place) async throws {
        let types = ["coding", "review", "test_data", "test"]
        try await WorkflowSpecification.mapping(of: .development, types, place.coordinator())
    }

    @Test("phase mapping: devops takes devops and deploying", arguments: Place.allCases)
    func devops(_ place: Place) async throws {
        try await WorkflowSpecification.mapping(of: .devops, ["devops", "deploying"], place.coordinator())
    }

    @Test("phase mapping: monitoring takes monitor", arguments: Place.allCases)
    func monitoring(_ place: Place) async throws {
        try await WorkflowSpecification.mapping(of: .monitoring, ["monitor"], place.coordinator())
    }

    @Test("single phase: a workflow of one task completes with its result", arguments: Place.allCases)
    func single(_ place: Place) async throws { try await WorkflowSpecification.singlePhase(place.coordinator()) }

    @Test("single phase: its tasks run one after the other, in the order of the definition", arguments: Place.allCases)
    func order(_ place: Place) async throws { try await WorkflowSpecification.tasksInOrder(place.coordinator()) }

    @Test("several phases: they run in order, whatever the order of the tasks", arguments: Place.allCases)
    func severalPhases(_ place: Place) async throws {
        try await WorkflowSpecification.severalPhases(place.coordinator())
    }

    @Test(
        "failures: a FAILED result is recorded, is not in error_log, and the workflow goes on",
        arguments: Place.allCases)
    func failedResult(_ place: Place) async throws {
        try await WorkflowSpecification.failedResultIsNoError(place.coordinator())
    }

    @Test("failures: a task without an agent is in error_log, and the workflow goes on", arguments: Place.allCases)
    func noAgent(_ place: Place) async throws { try await WorkflowSpecification.noAgentIsAnError(place.coordinator()) }

    @Test("empty: a workflow without tasks completes at once", arguments: Place.allCases)
    func noTasks(_ place: Place) async throws { try await WorkflowSpecification.noTasks(place.coordinator()) }

    @Test("empty: a phase without tasks is skipped", arguments: Place.allCases)
    func skipped(_ place: Place) async throws { try await WorkflowSpecification.skippedPhase(place.coordinator()) }

    @Test("persistence: an ended workflow reads after a restart as it did before", arguments: Place.allCases)
    func persistence(_ place: Place) async throws { try await WorkflowSpecification.persistence(place.coordinator()) }

    @Test(
        "outputs: what expressions over the results come to when it ends; what is not there is said, and fails nothing",
        arguments: Place.allCases)
    func outputs(_ place: Place) async throws { try await WorkflowSpecification.outputs(place.coordinator()) }

    @Test("gate: a phase whose tasks succeeded often enough lets the workflow on", arguments: Place.allCases)
    func gatePasses(_ place: Place) async throws { try await WorkflowSpecification.gatePasses(place.coordinator()) }

    @Test(
        "gate: a phase whose tasks failed too often fails the workflow with PHASE_GATE_BLOCKED",
        arguments: Place.allCases)
    func gateBlocks(_ place: Place) async throws { try await WorkflowSpecification.gateBlocks(place.coordinator()) }

    @Test("feedback: an error that a monitor finds sends the workflow back to development", arguments: Place.allCases)
    func triggers(_ place: Place) async throws { try await WorkflowSpecification.feedbackTriggers(place.coordinator()) }

    @Test("feedback: past the maximum of loops the workflow fails with MAX_FEEDBACK_LOOPS", arguments: Place.allCases)
    func maximum(_ place: Place) async throws { try await WorkflowSpecification.feedbackMaximum(place.coordinator()) }

    @Test("feedback: every loop is counted, those by hand too", arguments: Place.allCases)
    func counts(_ place: Place) async throws { try await WorkflowSpecification.feedbackCounts(place.coordinator()) }

    @Test("filtering: development runs only the tasks of its types", arguments: Place.allCases)
    func filterDevelopment(_ place: Place) async throws {
        try await WorkflowSpecification.filter(.development, ["a", "b", "c", "d"], place.coordinator())
    }

    @Test("filtering: devops runs only the tasks of its types", arguments: Place.allCases)
    func filterDevops(_ place: Place) async throws {
        try await WorkflowSpecification.filter(.devops, ["e", "f"], place.coordinator())
    }

    @Test("filtering: monitoring runs only the tasks of its types", arguments: Place.allCases)
    func filterMonitoring(_ place: Place) async throws {
        try await WorkflowSpecification.filter(.monitoring, ["g"], place.coordinator())
    }

    @Test("filtering: a task without a type is run by no phase, and is named as unscheduled", arguments: Place.allCases)
    func filterWithoutType(_ place: Place) async throws {
        try await WorkflowSpecification.filterWithoutType(place.coordinator())
    }
}
