import Foundation

/// The page that a test shares with the shim in its daemon: `struct control` of `Shim/storage.c`.
///
/// Both sides read and write the same file's pages, each word at once.
public final class FaultControl: Sendable {
    public struct Calls: OptionSet, Sendable {
        public let rawValue: UInt64

        public init(rawValue: UInt64) {
            self.rawValue = rawValue
        }

        public static let open = Calls(rawValue: 1)
        public static let read = Calls(rawValue: 2)
        public static let write = Calls(rawValue: 4)
        public static let flush = Calls(rawValue: 8)
        public static let truncate = Calls(rawValue: 16)
        /// Removing and renaming.
        public static let name = Calls(rawValue: 32)
        public static let all: Calls = [.open, .read, .write, .flush, .truncate, .name]
    }

    private enum Word: Int, CaseIterable {
        case calls, first, last, error, kinds, forgetful, failed, failedKind, failedOnLog, logged, hanging
    }

    public let path: String
    private let descriptor: Int32

    public init(path: String, counting calls: Calls = .all) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, 4096) == 0 else {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
        set(.kinds, calls.rawValue)
    }

    deinit { close(descriptor) }

    /// From now on these calls fail, counted from the daemon's first.
    public func fail(_ calls: ClosedRange<Int>, with error: Int32) {
        set(.error, UInt64(error))
        set(.last, UInt64(calls.upperBound))
        set(.first, UInt64(calls.lowerBound))
    }

    public func heal() { set(.first, 0) }

    /// Flushes succeed and keep nothing: a disk that lies, or a daemon that does not ask it.
    public func forgetFlushes() { set(.forgetful, 1) }

    /// Flushes of the log of commits wait for `goOn`.
    public func hang() { set(.hanging, 1) }

    public func goOn() { set(.hanging, 0) }

    /// How many calls there were.
    public var calls: Int { Int(get(.calls)) }

    public var failed: Int { Int(get(.failed)) }

    /// Waits until more calls have failed, or none fails any more. The page is memory that tells nobody of changes, so
    /// it is looked at again and again.
    func waitUntilFailed(moreThan count: Int) async throws {
        while failed <= count, get(.first) > 0 { try await Task.sleep(for: .milliseconds(2)) }
    }

    /// Whether the call that failed last was a write or a flush of the log of commits: what a commit consists of.
    public var hasFailedCommit: Bool {
        failed > 0 && get(.failedOnLog) == 1
            && !Calls(rawValue: get(.failedKind)).isDisjoint(with: [.write, .flush])
    }

    /// How many bytes the log of writes has.
    public var logged: Int64 { Int64(get(.logged)) }

    private func get(_ word: Word) -> UInt64 {
        var value: UInt64 = 0
        return pread(descriptor, &value, 8, off_t(word.rawValue * 8)) == 8 ? value : 0
    }

    private func set(_ word: Word, _ value: UInt64) {
        var value = value
        pwrite(descriptor, &value, 8, off_t(word.rawValue * 8))
    }
}
