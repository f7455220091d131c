import ConductorModel
import ConductorProtocol
import ConductorSystemd

/// What a value of the configuration is in JSON Schema.
enum SettingKind: Sendable {
    case text
    /// An absolute path.
    case path
    case words([String])
    case count(ClosedRange<Int>)
    case factor(ClosedRange<Double>)
    /// As a number, or as a text with units.
    case seconds(ClosedRange<Double>)
    /// By name or by number.
    case account

    /// Where there are only these.
    var words: [String] {
        switch self {
        case .words(let words): words
        case .text, .path, .count, .factor, .seconds, .account: []
        }
    }
}

/// How one value of the configuration is written.
struct SettingForm<Value: Sendable>: Sendable {
    /// For people: `must be …`.
    let expectation: String
    var kind = SettingKind.text
    /// Nil where the text is not what is expected.
    let parse: @Sendable (String) -> Value?
    let text: @Sendable (Value) -> String
}

extension SettingForm<String> {
    static let path = SettingForm(
        expectation: "must be an absolute path", kind: .path, parse: { $0.hasPrefix("/") ? $0 : nil }, text: { $0 })

    static let errorCode = SettingForm(
        expectation: "must be an error code without spaces, of at most 128 bytes",
        parse: { (1...128).contains($0.utf8.count) && !$0.contains(where: \.isWhitespace) ? $0 : nil },
        text: { $0 })
}

extension SettingForm<Int> {
    static func count(in range: ClosedRange<Int>) -> SettingForm {
        SettingForm(
            expectation: "must be a whole number from \(range.lowerBound) to \(range.upperBound)", kind: .count(range),
            parse: { Int($0).flatMap { range.contains($0) ? $0 : nil } }, text: { "\($0)" })
    }
}

extension SettingForm<Double> {
    static func factor(in range: ClosedRange<Double>) -> SettingForm {
        SettingForm(
            expectation: "must be a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))",
            kind: .factor(range),
            parse: { Double($0).flatMap { range.contains($0) ? $0 : nil } }, text: plain)
    }
}

extension SettingForm<Duration> {
    static func seconds(in range: ClosedRange<Double>) -> SettingForm {
        SettingForm(
            expectation:
                "must be from \(plain(range.lowerBound)) to \(plain(range.upperBound)) seconds, such as 30 or 5m",
            kind: .seconds(range),
            parse: { text in
                let seconds = Double(text) ?? Duration(text: text)?.inSeconds
                return seconds.flatMap { range.contains($0) ? Duration(inSeconds: $0) : nil }
            },
            text: { plain($0.inSeconds) })
    }
}

extension SettingForm<JournalPriority> {
    private static let levels: [(name: String, priority: JournalPriority)] = [
        ("debug", .debug), ("info", .info), ("notice", .notice), ("warning", .warning), ("error", .error),
        ("critical", .critical),
    ]

    static let level = SettingForm(
        expectation: "must be one of \(levels.map(\.name).joined(separator: ", "))", kind: .words(levels.map(\.name)),
        parse: { text in levels.first { $0.name == text }?.priority },
        text: { priority in levels.first { $0.priority == priority }?.name ?? priority.name })
}

extension SettingForm<Account> {
    static let account = SettingForm(
        expectation: "must be a user of this machine, by name or uid, or a group of it with @ before its name or gid",
        kind: .account, parse: Account.init(text:), text: \.text)
}

extension SettingForm<Role?> {
    /// What those are who stand in no list; none of these is an admin.
    private static let roles: [(name: String, role: Role)] = [
        ("none", .any), ("observer", .observer), ("submitter", .submitter), ("agent", .agent), ("operator", .operator),
    ]

    static let role = SettingForm(
        expectation: "must be one of \(roles.map(\.name).joined(separator: ", "))", kind: .words(roles.map(\.name)),
        parse: { text in roles.first { $0.name == text }?.role },
        text: { role in roles.first { $0.role == role }?.name ?? "not set" })
}

/// 30 rather than 30.0.
private func plain(_ value: Double) -> String {
    Int64(exactly: value).map { "\($0)" } ?? "\(value)"
}
