import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorProtocol

/// Events of a run, kept as JSON lines.
enum RunLog {
    static func events(_ name: String) throws -> [ClientEvent] {
        try Snapshot.read("\(Snapshot.folder)/run/\(name).jsonl").split(separator: "\n").map { try event(String($0)) }
    }

    static func event(_ json: String) throws -> ClientEvent {
        try ClientEvent(json: try JSONText(parsing: json).parsed())
    }
}

extension RunProgress {
    /// What `events` add up to.
    init(_ events: some Sequence<ClientEvent>) {
        self.init()
        for event in events {
            if let meaning = RunEvent(event) { fold(meaning, at: event.timestamp) }
        }
    }
}
