import Pipeline
import Testing

@Suite struct MarketTimeTests {
    @Test func civilDatesRoundTripOverTwoCenturies() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var day = CivilDate(year: 1899, month: 1, day: 1).dayNumber
        #expect(CivilDate(year: 1970, month: 1, day: 1).dayNumber == 0)
        #expect(day == -25_932)
        var weekday = 0  // 1 January 1899 was a Sunday
        for year in 1899...2101 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for month in 1...12 {
                for dayOfMonth in 1...(lengths[month - 1] + (leap && month == 2 ? 1 : 0)) {
                    let date = CivilDate(year: year, month: month, day: dayOfMonth)
                    guard date.dayNumber == day, date.year == year, date.month == month, date.day == dayOfMonth,
                        date.weekday == weekday, CivilDate(date.description) == date
                    else {
                        Issue.record("\(year)-\(month)-\(dayOfMonth)")
                        return
                    }
                    day += 1
                    weekday = (weekday + 1) % 7
                }
            }
        }
    }

    @Test(arguments: [
        "2019-02-29", "2019-13-01", "2019-00-10", "2019-1-01", "19-01-01", "2019-01-32", "+019-01-01", "",
    ])
    func whatIsNoDateIsRefused(text: String) { #expect(CivilDate(text) == nil) }

    @Test func isoTextReadsBackToTheSameSecond() {
        var random = Mixer(seed: 7)
        for _ in 0..<20_000 {
            let time = MarketTime(seconds: Int64(random.next() % 8_000_000_000) - 4_000_000_000)
            #expect(MarketTime(parsing: time.iso8601) == time)
            #expect(MarketTime(parsing: String(time.seconds)) == time)
        }
        #expect(MarketTime(seconds: -1).iso8601 == "1969-12-31T23:59:59Z")
        #expect(MarketTime(microseconds: 1_549_895_400_999_999).iso8601 == "2019-02-11T14:30:00Z")
    }

    @Test(arguments: [
        ("2019-02-11", 1_549_843_200), ("2019-02-11T14:30", 1_549_895_400), ("2019-02-11T14:30:00", 1_549_895_400),
        ("2019-02-11T14:30:07Z", 1_549_895_407), ("2019-02-11T14:30Z", 1_549_895_400),
        ("2019-02-11T09:30:00-05:00", 1_549_895_400), ("2019-02-11T20:00+05:30", 1_549_895_400),
        ("1549895400", 1_549_895_400), ("0", 0), ("-60", -60), ("2019", 2_019), ("1970-01-01T00:00:00Z", 0),
    ])
    func timesAreReadAsPeopleWriteThem(text: String, seconds: Int64) {
        #expect(MarketTime(parsing: text) == MarketTime(seconds: seconds))
    }

    @Test(arguments: [
        "", "-", "T", "x", "2019-02-11T", "2019-02-11T14", "2019-02-11T24:00", "2019-02-11T14:60",
        "2019-02-11T14:30:60Z", "2019-02-11T14:30:00Zx", "2019-02-11T14:30:00-0500", "2019-02-11T14:30:00-05:00:00",
        "2019-02-11Z", "2019-02-30", "2019-02-11 14:30", "2019-02-11T14:30T", "1549895400.5", "+5", " 5",
        "99999999999999999999", "9999999999999999", "2019-02-11T14:30-", "2019-02-11T-05:00",
    ])
    func whatIsNoTimeIsRefused(text: String) {
        #expect(MarketTime(parsing: text) == nil)
    }

    @Test func minutesAndHoursRoundTowardsThePast() {
        for second in Int64(-7_300)...7_300 {
            let minute = Minute(seconds: second)
            #expect(minute.seconds <= second && second < minute.seconds + 60)
            #expect(minute.hour.minutes.contains(minute) && (0..<60).contains(minute.offset))
            #expect(minute.start <= MarketTime(seconds: second) && MarketTime(seconds: second) < minute.end)
        }
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct Mixer: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Each bit set with a chance of one in four, in runs now and then.
    mutating func mask() -> UInt64 {
        switch next() % 4 {
        case 0: next() & next()
        case 1: (next() | next()) << (next() % 40)
        case 2: .max << (next() % 64)
        default: 0
        }
    }
}
