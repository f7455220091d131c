import ConductorModel
import ConductorStore

/// Notices what nobody asks for but all rely on: that clients find the sockets, and the next start what is stored. Notes
/// on the way how far the persistent clock has come, for a start after a crash.
struct PlaceWatch: Sendable {
    static let pace = Duration.seconds(2)
    /// A minute.
    private static let roundsPerNote = 30

    let sockets: DaemonSockets
    let store: any Store
    /// Notes where the clock stands.
    let note: @Sendable () -> Void
    /// Ends the process: what is acknowledged would be lost.
    let fail: @Sendable (StoreFault) -> Void

    /// Until the task is cancelled.
    func run() async {
        var round = 0
        while (try? await Task.sleep(for: Self.pace, clock: .suspending)) != nil {
            do throws(StoreFault) {
                try store.mustBeInPlace()
            } catch {
                return fail(error)
            }
            await sockets.check()
            round += 1
            if round.isMultiple(of: Self.roundsPerNote) { note() }
        }
    }
}
