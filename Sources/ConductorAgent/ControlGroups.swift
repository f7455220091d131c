import ConductorModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A subtree of control groups (cgroup v2) that the service manager has delegated to this program, with `Delegate=`:
/// each attempt gets a group of its own below it.
package struct ControlGroups: Sendable {
    private let folder: String

    /// Nil where nothing has been delegated: other groups are left alone.
    package static func delegated() -> ControlGroups? { nil }

    /// A new group; nil where the kernel refuses it. The attempt's guard removes it.
    func make(for token: AttemptToken) -> String? {
        let path = "\(folder)/attempt-\(token)"
        return mkdir(path, 0o755) == 0 ? path : nil
    }
}
