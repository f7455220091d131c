import ConductorFuzzing
import Foundation

/// Looks for bytes that a target cannot take; `$FUZZ_TARGET` names the target. Built for it (`scripts/fuzz.sh`) the
/// arguments are libFuzzer's; otherwise they are files that the target is run with.
@main
struct ConductorFuzz {
    static func main() {
        let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
        guard let target = FuzzTargets.named(name) else {
            print("FUZZ_TARGET must be one of " + FuzzTargets.all.map { $0.name }.joined(separator: ", "))
            exit(64)
        }
        start(target)
    }
}

#if CONDUCTOR_FUZZING

nonisolated(unsafe) private var target: any FuzzTarget.Type = FuzzTargets.all[0]

/// Of libFuzzer's interface for programs that have a main of their own.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

private func start(_ chosen: any FuzzTarget.Type) {
    target = chosen
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(
        runDriver(&count, &arguments) { bytes, count in
            target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
            return 0
        })
}

#else

private func start(_ target: any FuzzTarget.Type) {
    for path in CommandLine.arguments.dropFirst() {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            print("\(path) cannot be read")
            exit(66)
        }
        target.run([UInt8](bytes))
    }
}

#endif
