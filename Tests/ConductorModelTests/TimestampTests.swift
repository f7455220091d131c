import ConductorJSON
import ConductorModel
import ConductorRandom
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test("has a form for names of files")
    func compact() {
        #expect(Timestamp(microseconds: 1_769_860_800_000_001).compact == "20260131T120000.000001Z")
    }

    @Test(
        "a time is written in UTC with six digits of a second",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1, "1970-01-01T00:00:00.000001Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (-1_000_000, "1969-12-31T23:59:59.000000Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (1_769_860_800_000_001, "2026-01-31T12:00:00.000001Z"),
            (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ] as [(Int64, String)])
    func format(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(
        "what RFC 3339 allows beside is read",
        arguments: [
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"),
            ("2026-01-31t12:00:00z", "2026-01-31T12:00:00.000000Z"),
            ("2026-01-31 12:00:00Z", "2026-01-31T12:00:00.000000Z"),
            ("2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.500000Z"),
            ("2026-01-31T12:00:00.1234569Z", "2026-01-31T12:00:00.123456Z"),
            ("2026-01-31T12:00:00+00:00", "2026-01-31T12:00:00.000000Z"),
            ("2026-01-31T12:00:00-00:00", "2026-01-31T12:00:00.000000Z"),
            ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000000Z"),
            ("2025-12-31T23:30:00-00:45", "2026-01-01T00:15:00.000000Z"),
            ("1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.250000Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"),
            ("2017-01-01T05:29:60.5+05:30", "2017-01-01T00:00:00.500000Z"),
        ])
    func parsing(text: String, same: String) {
        #expect(Timestamp(text)?.description == same)
    }

    @Test(
        "what is no time is not read",
        arguments: [
            "", "now", "2026", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31T12:00Z", "2026-1-31T12:00:00Z",
            "26-01-31T12:00:00Z", "02026-01-31T12:00:00Z", "-2026-01-31T12:00:00Z", "2026-00-31T12:00:00Z",
            "2026-13-01T12:00:00Z", "2026-01-00T12:00:00Z", "2026-01-32T12:00:00Z", "2026-04-31T12:00:00Z",
            "2026-02-29T12:00:00Z", "1900-02-29T12:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z",
            "2026-01-31T12:00:61Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00,5Z", "2026-01-31T12:00:00+1:00",
            "2026-01-31T12:00:00+0100", "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00+01:60",
            "2026-01-31T12:00:00ZZ",
            "2026-01-31T12:00:00Z ", " 2026-01-31T12:00:00Z", "2026-01-31X12:00:00Z", "２026-01-31T12:00:00Z",
        ])
    func refused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(
        "a time that an offset moves out of the four-digit years is not read",
        arguments: [
            "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        ])
    func outOfYears(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(
        "what lies beyond the four-digit years is written as their first or last moment",
        arguments: [
            (Int64.min, "0000-01-01T00:00:00.000000Z"), (.max, "9999-12-31T23:59:59.999999Z"),
        ])
    func clamped(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
    }

    @Test("every time is read as it was written", arguments: 0..<50)
    func roundTrip(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        for _ in 0..<100 {
            let time = Timestamp(
                microseconds: .random(in: -62_167_219_200_000_000...253_402_300_799_999_999, using: &generator))
            #expect(Timestamp(time.description) == time)
        }
    }

    @Test("times are ordered, and what lies between two of them is a duration")
    func arithmetic() {
        let later = noon + .milliseconds(1500)
        #expect(noon < later)
        #expect(later - noon == .milliseconds(1500))
        #expect(noon - later == .milliseconds(-1500))
        #expect(later + .milliseconds(-1500) == noon)
    }
}

@Suite("Durations")
struct DurationTests {
    @Test(
        "a duration is written as seconds",
        arguments: [
            (Duration.seconds(120), "120"), (.milliseconds(1500), "1.5"), (.microseconds(1), "1e-06"), (.zero, "0"),
            (.nanoseconds(1999), "1e-06"), (.milliseconds(-250), "-0.25"),
        ])
    func written(duration: Duration, text: String) {
        #expect(duration.jsonText.string == text)
    }

    @Test("whole microseconds are read as they were written", arguments: 0..<50)
    func roundTrip(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        for _ in 0..<100 {
            let duration = Duration.microseconds(Int64.random(in: 0...604_800_000_000, using: &generator))
            #expect(Duration(inSeconds: duration.inSeconds) == duration)
        }
    }

    @Test("absurdly long ones become a thousand years", arguments: [1e300, .infinity, 1e11])
    func absurd(seconds: Double) {
        #expect(Duration(inSeconds: seconds) == .seconds(32_000_000_000))
        #expect(Duration(inSeconds: -seconds) == .seconds(-32_000_000_000))
    }

    @Test(
        "are read with units",
        arguments: [
            ("90s", 90), ("5m", 300), ("2h", 7200), ("1d", 86_400), ("500ms", 0.5), ("1h30m", 5400), ("1.5h", 5400),
        ])
    func units(text: String, seconds: Double) {
        #expect(Duration(text: text) == Duration(inSeconds: seconds))
    }

    @Test(
        "are not read without a unit, or with another one",
        arguments: ["", "90", "s", "5x", "5 m", "-5m", "m5", "1h30", "infs", "nans", "1.2.3s", "9999999999d"])
    func unreadable(text: String) {
        #expect(Duration(text: text) == nil)
    }

    @Test("what is no number of seconds is none")
    func notANumber() {
        #expect(Duration(inSeconds: .nan) == .zero)
    }
}
