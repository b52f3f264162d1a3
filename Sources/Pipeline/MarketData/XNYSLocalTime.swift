/// The clock on the wall of the New York Stock Exchange, by the rules of the United States since 1987.
enum XNYSLocalTime {
    private static let standardSeconds = -5 * 3_600
    private static let daylightSeconds = -4 * 3_600

    /// Seconds to add to UTC for the local clock at a moment.
    static func offsetSeconds(at time: MarketTime) -> Int {
        let (begins, ends) = daylight(inYear: CivilDate(dayNumber: time.seconds.floorDivided(by: 86_400)).year)
        return time >= begins && time < ends ? daylightSeconds : standardSeconds
    }

    /// Seconds to add to UTC during a regular session of a date; the clock changes at night, never in a session.
    static func sessionOffsetSeconds(on date: CivilDate) -> Int {
        offsetSeconds(at: date.startUTC + .seconds(12 * 3_600))
    }

    /// When daylight time begins and ends in a year. From 2007: second Sunday of March to first of November; before:
    /// first Sunday of April to last of October. The local clock changes at 02:00, which is 07:00 or 06:00 UTC.
    private static func daylight(inYear year: Int) -> (begins: MarketTime, ends: MarketTime) {
        let first: CivilDate
        let last: CivilDate
        if year >= 2007 {
            first = .nth(2, weekday: 0, year: year, month: 3)
            last = .nth(1, weekday: 0, year: year, month: 11)
        } else {
            first = .nth(1, weekday: 0, year: year, month: 4)
            last = .last(weekday: 0, year: year, month: 10)
        }
        return (first.startUTC + .seconds(7 * 3_600), last.startUTC + .seconds(6 * 3_600))
    }
}

extension CivilDate {
    /// The nth such weekday of a month; 0 is Sunday.
    static func nth(_ n: Int, weekday: Int, year: Int, month: Int) -> CivilDate {
        let first = CivilDate(year: year, month: month, day: 1)
        return first.adding(days: (weekday - first.weekday + 7) % 7 + 7 * (n - 1))
    }

    /// The last such weekday of a month; 0 is Sunday.
    static func last(weekday: Int, year: Int, month: Int) -> CivilDate {
        let next = month == 12 ? (year + 1, 1) : (year, month + 1)
        let last = CivilDate(year: next.0, month: next.1, day: 1).adding(days: -1)
        return last.adding(days: -((last.weekday - weekday + 7) % 7))
    }

    /// Easter Sunday, by the anonymous Gregorian algorithm (Meeus, "Astronomical Algorithms").
    static func easter(year: Int) -> CivilDate {
        let golden = year % 19
        let century = year / 100
        let skipped = century - century / 4 - (century - (century + 8) / 25 + 1) / 3
        let moon = (19 * golden + skipped + 15) % 30
        let sunday = (32 + 2 * (century % 4) + 2 * (year % 100 / 4) - moon - year % 100 % 4) % 7
        let correction = (golden + 11 * moon + 22 * sunday) / 451
        let day = moon + sunday - 7 * correction + 114
        return CivilDate(year: year, month: day / 31, day: day % 31 + 1)
    }
}
