import Foundation

/// A C source that is put between a program and its libraries (LD_PRELOAD), compiled when it is needed.
public struct CompiledShim: Sendable {
    public struct Unavailable: Error, CustomStringConvertible {
        public let description: String
    }

    public let library: String
    // Keeps the library where it is.
    private let folder: TemporaryFolder

    /// Whether the tests that need one can run at all.
    public static let hasCompiler = compiler != nil
    public static let noCompiler = "no C compiler (cc, gcc or clang): nothing can be put under the daemon"

    private static let compiler = ["/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// - Parameter definitions: names that are defined for the preprocessor.
    /// - Throws: `Unavailable` where there is no C compiler, or none that takes it.
    public init(source: String, definitions: [String] = []) async throws {
        guard let compiler = Self.compiler else { throw Unavailable(description: Self.noCompiler) }
        folder = try TemporaryFolder()
        library = folder.file("shim.so")
        let (exit, _, errors) = try await ChildProcess(
            compiler, ["-O2", "-fPIC", "-shared"] + definitions.map { "-D" + $0 } + ["-o", library, source, "-ldl"]
        ).finish()
        guard exit.status == 0 else { throw Unavailable(description: errors) }
    }
}
