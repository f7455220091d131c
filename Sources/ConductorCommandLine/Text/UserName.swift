import Glibc

/// What users of this machine are called.
enum UserName {
    /// The uid itself where it has no name.
    static func of(_ uid: UInt32) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, let name = found?.pointee.pw_name else {
            return "\(uid)"
        }
        return String(cString: name)
    }
}
