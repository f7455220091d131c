/// `ping`: whether the daemon answers.
public enum PingMethod: RemoteMethod {
    public typealias Params = NoParams
    public typealias Reply = EmptyReply

    public static var name: StaticString { "ping" }
    public static var requiredRole: Role { .any }
    public static func scope(_ params: NoParams) -> StateScope { .nothing }
}
