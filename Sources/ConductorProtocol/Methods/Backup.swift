import ConductorJSON
import ConductorModel

/// `store.backup`: a copy of the store, made while the daemon runs.
public enum StoreBackupMethod: RemoteMethod {
    public typealias Params = NoParams
    public typealias Reply = BackupReply

    public static var name: StaticString { "store.backup" }
    public static var requiredRole: Role { .admin }
    public static func storeQuery(_ params: NoParams) -> StoreQuery { .backup }
    public static func scope(_ params: NoParams) -> StateScope { .nothing }
}

public struct BackupReply: Hashable, MethodReply {
    /// The copy's path, below the daemon's state folder.
    public var file: String
    public var bytes: Int64

    public init(file: String, bytes: Int64) {
        self.file = file
        self.bytes = bytes
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        file = try fields.required("file")
        bytes = try fields.required("bytes")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("file", file)
        writer.member("bytes", bytes)
    }
}
