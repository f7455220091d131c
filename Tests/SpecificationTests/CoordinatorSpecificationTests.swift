import ConductorSpecification
import Testing

@Suite("The coordinator of the specification")
struct CoordinatorSpecificationTests {
    @Test("lifecycle: it starts with nothing registered and nothing to do", arguments: Place.allCases)
    func start(_ place: Place) async throws { try await CoordinatorSpecification.start(place.coordinator()) }

    @Test("lifecycle: its stop clears the agents, who are cancelled", arguments: Place.allCases)
    func stop(_ place: Place) async throws { try await CoordinatorSpecification.stopClearsAgents(place.coordinator()) }

    @Test("registration: an agent that registers is idle", arguments: Place.allCases)
    func register(_ place: Place) async throws { try await CoordinatorSpecification.register(place.coordinator()) }

    @Test("registration: a second agent of the same id is refused", arguments: Place.allCases)
    func duplicate(_ place: Place) async throws {
        try await CoordinatorSpecification.duplicateRefused(place.coordinator())
    }

    @Test("registration: an agent's state is persisted after every change", arguments: Place.allCases)
    func persisted(_ place: Place) async throws {
        try await CoordinatorSpecification.statePersisted(place.coordinator())
    }

    @Test("registration: several agents stand beside each other", arguments: Place.allCases)
    func several(_ place: Place) async throws { try await CoordinatorSpecification.severalAgents(place.coordinator()) }

    @Test("registration: an agent that is unregistered is gone", arguments: Place.allCases)
    func unregister(_ place: Place) async throws { try await CoordinatorSpecification.unregister(place.coordinator()) }

    @Test("registration: unregistering says false where the agent is unknown", arguments: Place.allCases)
    func unregisterUnknown(_ place: Place) async throws {
        try await CoordinatorSpecification.unregisterUnknown(place.coordinator())
    }

    @Test("queries: an agent is found by its id", arguments: Place.allCases)
    func byID(_ place: Place) async throws { try await CoordinatorSpecification.findByID(place.coordinator()) }

    @Test("queries: agents are found by their type", arguments: Place.allCases)
    func byType(_ place: Place) async throws { try await CoordinatorSpecification.findByType(place.coordinator()) }

    @Test("queries: the available agents are those that could be given a task", arguments: Place.allCases)
    func available(_ place: Place) async throws {
        try await CoordinatorSpecification.findAvailable(place.coordinator())
    }

    @Test("queries: all agents are listed by their ids", arguments: Place.allCases)
    func all(_ place: Place) async throws { try await CoordinatorSpecification.findAll(place.coordinator()) }

    @Test("dispatch: a task goes to an idle agent, and its result comes back", arguments: Place.allCases)
    func success(_ place: Place) async throws { try await CoordinatorSpecification.success(place.coordinator()) }

    @Test("dispatch: a result is saved", arguments: Place.allCases)
    func saved(_ place: Place) async throws { try await CoordinatorSpecification.resultSaved(place.coordinator()) }

    @Test("dispatch: a task without a type is refused with NO_AGENT_TYPE", arguments: Place.allCases)
    func noType(_ place: Place) async throws { try await CoordinatorSpecification.noAgentType(place.coordinator()) }

    @Test("dispatch: a task whose type has no idle agent is refused with NO_AVAILABLE_AGENT", arguments: Place.allCases)
    func noAgent(_ place: Place) async throws {
        try await CoordinatorSpecification.noAvailableAgent(place.coordinator())
    }

    @Test("dispatch: a FAILED result is a result, not an error", arguments: Place.allCases)
    func failed(_ place: Place) async throws { try await CoordinatorSpecification.failedResult(place.coordinator()) }

    @Test("dispatch: an agent's state is synced with the results of its tasks", arguments: Place.allCases)
    func synced(_ place: Place) async throws { try await CoordinatorSpecification.stateSynced(place.coordinator()) }

    @Test("dispatch: a policy that denies refuses the task with POLICY_VIOLATION", arguments: Place.allCases)
    func policy(_ place: Place) async throws { try await CoordinatorSpecification.policy(place.coordinator()) }

    @Test("dispatch: a retryable error goes to the error handler, which tries again", arguments: Place.allCases)
    func errorHandler(_ place: Place) async throws {
        try await CoordinatorSpecification.errorHandler(place.coordinator())
    }

    @Test(
        "validation: a task that its agent refuses as unsuitable ends with TASK_VALIDATION_FAILED",
        arguments: Place.allCases)
    func validation(_ place: Place) async throws { try await CoordinatorSpecification.validation(place.coordinator()) }
}
