import ConductorTestSupport
import Foundation

/// What a process has asked of the kernel and of the allocator, counted by `Shim/calls.c`.
public struct CallCounts: Sendable {
    /// In the shim's order.
    public enum Kind: String, CaseIterable, Codable, Sendable {
        case flush, read, write
        case positionedRead = "pread"
        case positionedWrite = "pwrite"
        case poll = "epoll"
        case lock = "fcntl"
        case wake = "futex"
        case random, files, memory, other, allocations, allocatedBytes
    }

    private let values: [UInt64]

    private init(values: [UInt64]) {
        self.values = values
    }

    public subscript(kind: Kind) -> Double {
        Double(values[Kind.allCases.firstIndex(of: kind) ?? 0])
    }

    static func - (later: CallCounts, earlier: CallCounts) -> CallCounts {
        CallCounts(values: zip(later.values, earlier.values).map { $0 - $1 })
    }

    /// The shared page that a process counts in.
    final class Page {
        private let words: UnsafeMutableBufferPointer<UInt64>
        /// What puts the shim under a process.
        let environment: [String: String]

        init(_ counting: Run.Counting, in folder: TemporaryFolder) async throws {
            let shim =
                switch counting {
                case .flushes: CompiledShim.flushes
                case .all: CompiledShim.calls
                }
            let library = try await shim.value.library
            let path = folder.file("counts")
            let size = MemoryLayout<UInt64>.stride * Kind.allCases.count
            try Data(count: size).write(to: URL(fileURLWithPath: path))
            let descriptor = open(path, O_RDWR | O_CLOEXEC)
            defer { close(descriptor) }
            guard let page = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), page != MAP_FAILED
            else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            words = UnsafeMutableBufferPointer(
                start: page.assumingMemoryBound(to: UInt64.self), count: Kind.allCases.count)
            environment = ["LD_PRELOAD": library, "CONDUCTOR_COUNTS": path]
        }

        deinit { munmap(words.baseAddress, words.count * MemoryLayout<UInt64>.stride) }

        var soFar: CallCounts { CallCounts(values: Array(words)) }
    }
}

extension CompiledShim {
    fileprivate static let calls = Task { try await CompiledShim(source: source) }
    fileprivate static let flushes = Task { try await CompiledShim(source: source, definitions: ["ONLY_FLUSHES"]) }

    private static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Shim/calls.c"
}
