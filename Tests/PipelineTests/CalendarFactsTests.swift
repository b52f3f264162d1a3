import Pipeline
import Testing

/// Every date of XNYS against facts worked out elsewhere.
@Suite struct CalendarFactsTests {
    private static func days(_ text: String) -> Set<Int64> {
        Set(
            text.split(whereSeparator: \.isWhitespace).map { word in
                let number = Int(word)!
                return CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100).dayNumber
            })
    }

    /// Offset of New York in hours from a rule written the other way round: day of March, April, October, November.
    private static func hoursBehind(_ date: CivilDate) -> Int {
        let sundayBefore = date.day - date.weekday  // day of month of the latest Sunday, may be 0 or less
        let daylight: Bool
        switch (date.year >= 2007, date.month) {
        case (true, 3): daylight = sundayBefore >= 8
        case (true, 11): daylight = sundayBefore < 1
        case (true, let month): daylight = (4...10).contains(month)
        case (false, 4): daylight = sundayBefore >= 1
        case (false, 10): daylight = sundayBefore < 25
        case (false, let month): daylight = (5...9).contains(month)
        }
        return daylight ? 4 : 5
    }

    @Test func everyDateSaysWhatTheFactsSay() throws {
        let closures = Self.days(CalendarFacts.weekdayClosures)
        let early = Self.days(CalendarFacts.earlyCloses)
        #expect(closures.count == 303 && early.count == 72)
        let calendar = TradingCalendar.named(.xnys)
        #expect(calendar.knownFrom.description == CalendarFacts.firstDay)
        #expect(calendar.knownThrough.description == CalendarFacts.lastDay)
        var sessions = 0
        var wrong: [String] = []
        for day in calendar.knownFrom.dayNumber...calendar.knownThrough.dayNumber {
            let date = CivilDate(dayNumber: day)
            var expected = SessionAnswer.closed
            if (1...5).contains(date.weekday), !closures.contains(day) {
                sessions += 1
                let midnight = date.startUTC.minute.advanced(by: Self.hoursBehind(date) * 60)
                let open = midnight.advanced(by: 9 * 60 + 30)
                let close = midnight.advanced(by: (early.contains(day) ? 13 : 16) * 60)
                expected = .session(Session(date: date, minutes: open..<close))
            }
            if calendar.session(on: date) != expected { wrong.append(date.description) }
        }
        #expect(wrong == [])
        #expect(sessions == CalendarFacts.sessions)
    }
}
