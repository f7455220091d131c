#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Strings as `execve` takes them: each ends at its first NUL, the array with a null pointer.
enum CStringArray {
    static func with<R>(_ strings: [[UInt8]], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
        let copies = strings.map { strdup($0.map(CChar.init(bitPattern:)) + [0]) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
