import Pipeline
import Testing

@Suite struct CalendarRuleTests {
    let xnys = TradingCalendar.named(.xnys)

    @Test func outsideItsFactsACalendarSaysUnknown() {
        for calendar in CalendarName.allCases.map(TradingCalendar.named) {
            #expect(calendar.session(on: calendar.knownFrom.adding(days: -1)) == .unknown)
            #expect(calendar.session(on: calendar.knownThrough.adding(days: 1)) == .unknown)
            #expect(calendar.session(on: calendar.knownThrough) != .unknown)
            let beyond = calendar.knownMinutes.upperBound
            #expect(!calendar.isKnown(beyond) && !calendar.isOpen(beyond))
            #expect(calendar.session(atOrAfter: beyond) == nil && calendar.session(containing: beyond) == nil)
        }
    }
}
