import ConductorEngineSupport
import ConductorSpecification

/// Where the specification holds: in the engine alone, and behind the socket of a real daemon.
enum Place: CaseIterable {
    case engine, daemon

    func coordinator() async throws -> any Coordinator {
        switch self {
        case .engine: SceneCoordinator()
        case .daemon: try await DaemonCoordinator()
        }
    }
}
