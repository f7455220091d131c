import ConductorJSON
import ConductorModel

/// How the counts are stored.
extension StatusCounts: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        self.init()
        var fields = try JSONFields(json)
        events = Int64(try fields.count("events"))
        agents = try fields.required("agents", as: Tally.self).counts
        tasks = try fields.required("tasks", as: Tally.self).counts
        workflows = try fields.required("workflows", as: Tally.self).counts
        queued = try fields.count("queued")
        deadLetters = try fields.count("dead_letters")
        runs = try fields.count("runs", default: 0)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("events", events)
            writer.member("agents", Tally(counts: agents))
            writer.member("tasks", Tally(counts: tasks))
            writer.member("workflows", Tally(counts: workflows))
            writer.member("queued", queued)
            writer.member("dead_letters", deadLetters)
            writer.member("runs", runs)
        }
    }
}

/// How many there are of each status; those of none are left out.
private struct Tally<Status: CountedStatus>: JSONReadable, JSONWritable {
    var counts = CountByStatus<Status>()

    init(counts: CountByStatus<Status>) {
        self.counts = counts
    }

    init(json: JSONValue) throws(JSONFieldError) {
        for (name, value) in json.members {
            guard let status = Status(rawValue: name) else {
                throw JSONFieldError(field: name, reason: "is no status")
            }
            let count = try Int(json: value)
            guard Limits.counts.contains(count) else { throw JSONFieldError(field: name, reason: "is out of range") }
            counts[status] = count
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for status in Status.allCases where counts[status] != 0 {
                writer.member(status.rawValue, counts[status])
            }
        }
    }
}
