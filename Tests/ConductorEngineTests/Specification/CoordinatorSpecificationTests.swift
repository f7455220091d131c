import ConductorEngineSupport
import ConductorSpecification
import Testing

@Suite("The coordinator of the specification, in the engine")
struct CoordinatorSpecificationTests {
    private let coordinator = SceneCoordinator()

    @Test("lifecycle: it starts with nothing registered and nothing to do")
    func start() async throws { try await CoordinatorSpecification.start(coordinator) }

    @Test("lifecycle: its stop clears the agents, who are cancelled")
    func stop() async throws { try await CoordinatorSpecification.stopClearsAgents(coordinator) }

    @Test("registration: an agent that registers is idle")
    func register() async throws { try await CoordinatorSpecification.register(coordinator) }

    @Test("registration: a second agent of the same id is refused")
    func duplicate() async throws { try await CoordinatorSpecification.duplicateRefused(coordinator) }

    @Test("registration: an agent's state is persisted after every change")
    func persisted() async throws { try await CoordinatorSpecification.statePersisted(coordinator) }

    @Test("registration: several agents stand beside each other")
    func several() async throws { try await CoordinatorSpecification.severalAgents(coordinator) }

    @Test("registration: an agent that is unregistered is gone")
    func unregister() async throws { try await CoordinatorSpecification.unregister(coordinator) }

    @Test("registration: unregistering says false where the agent is unknown")
    func unregisterUnknown() async throws { try await CoordinatorSpecification.unregisterUnknown(coordinator) }

    @Test("queries: an agent is found by its id")
    func byID() async throws { try await CoordinatorSpecification.findByID(coordinator) }

    @Test("queries: agents are found by their type")
    func byType() async throws { try await CoordinatorSpecification.findByType(coordinator) }

    @Test("queries: the available agents are those that could be given a task")
    func available() async throws { try await CoordinatorSpecification.findAvailable(coordinator) }

    @Test("queries: all agents are listed by their ids")
    func all() async throws { try await CoordinatorSpecification.findAll(coordinator) }

    @Test("dispatch: a task goes to an idle agent, and its result comes back")
    func success() async throws { try await CoordinatorSpecification.success(coordinator) }

    @Test("dispatch: a result is saved")
    func saved() async throws { try await CoordinatorSpecification.resultSaved(coordinator) }

    @Test("dispatch: a task without a type is refused with NO_AGENT_TYPE")
    func noType() async throws { try await CoordinatorSpecification.noAgentType(coordinator) }

    @Test("dispatch: a task whose type has no idle agent is refused with NO_AVAILABLE_AGENT")
    func noAgent() async throws { try await CoordinatorSpecification.noAvailableAgent(coordinator) }

    @Test("dispatch: a FAILED result is a result, not an error")
    func failed() async throws { try await CoordinatorSpecification.failedResult(coordinator) }

    @Test("dispatch: an agent's state is synced with the results of its tasks")
    func synced() async throws { try await CoordinatorSpecification.stateSynced(coordinator) }

    @Test("dispatch: a policy that denies refuses the task with POLICY_VIOLATION")
    func policy() async throws { try await CoordinatorSpecification.policy(coordinator) }

    @Test("dispatch: a retryable error goes to the error handler, which tries again")
    func errorHandler() async throws { try await CoordinatorSpecification.errorHandler(coordinator) }

    @Test("validation: a task that its agent refuses as unsuitable ends with TASK_VALIDATION_FAILED")
    func validation() async throws { try await CoordinatorSpecification.validation(coordinator) }
}
