/// The regular sessions of the New York Stock Exchange as a table by date, worked out once from rules and special facts.
///
/// A session runs from 13:30 or 14:30 to at most 21:00 UTC, so its local date is also its UTC date, and an hour never
/// holds minutes of two sessions.
enum XNYSSessions {
    static let firstDate = CivilDate(year: 2000, month: 1, day: 1)
    static let lastDate = CivilDate(year: 2031, month: 12, day: 31)

    /// Minutes of the UTC day, open and close, from `firstDate` on; empty where the exchange is closed.
    private static let table: [Range<UInt16>] = (firstDate.year...lastDate.year).flatMap(spans)

    /// The minutes of the UTC day in session on a day within the table; empty where closed.
    static func minutesOfDay(dayNumber: Int64) -> Range<Int> {
        let span = table[Int(dayNumber - firstDate.dayNumber)]
        return Int(span.lowerBound)..<Int(span.upperBound)
    }

    private static func spans(inYear year: Int) -> [Range<UInt16>] {
        let newYear = CivilDate(year: year, month: 1, day: 1)
        let length = Int(CivilDate(year: year + 1, month: 1, day: 1).dayNumber - newYear.dayNumber)
        var closes = [Int](repeating: 16 * 60, count: length)
        for date in XNYSHolidays.earlyCloses(inYear: year) { closes[Int(date.dayNumber - newYear.dayNumber)] = 13 * 60 }
        for date in XNYSHolidays.closures(inYear: year) where date.year == year {
            closes[Int(date.dayNumber - newYear.dayNumber)] = 0
        }
        return closes.enumerated().map { day, close in
            let date = newYear.adding(days: day)
            guard (1...5).contains(date.weekday), close > 0 else { return 0..<0 }
            let ahead = -XNYSLocalTime.sessionOffsetSeconds(on: date) / 60
            return UInt16(9 * 60 + 30 + ahead)..<UInt16(close + ahead)
        }
    }
}
