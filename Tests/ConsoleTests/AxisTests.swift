@testable import Console
import Pipeline
import Testing

struct AxisTests {
    /// 2019-01-02 to 2019-12-31: both changes of the clock, half days and holidays.
    private let year =
        CivilDate(year: 2019, month: 1, day: 2).startUTC
        .minute..<CivilDate(year: 2019, month: 12, day: 31).startUTC.minute

    @Test(arguments: [CalendarName.xnys, .alwaysOpen]) func columnsCoverEverySlotOnce(calendar: CalendarName) {
        for zoom in [CoverageZoom.year, .day] {
            let axis = CoverageAxis(calendar, zoom: zoom)
            let columns = axis.columns(within: year)
            var slots = 0
            for (column, next) in zip(columns, columns.dropFirst()) {
                #expect(column.expected.upperBound <= next.expected.lowerBound)
                #expect(axis.after(column) == next && axis.before(next) == column)
            }
            for column in columns {
                #expect(!column.expected.isEmpty)
                #expect(axis.column(at: column.expected.lowerBound) == column)
                #expect(axis.column(at: Minute(column.expected.upperBound.index - 1)) == column)
                slots += column.expected.count
            }
            let sessions = TradingCalendar.named(calendar).sessions(overlapping: year)
            #expect(slots == sessions.reduce(0) { $0 + $1.minutes.count })
        }
    }

    @Test func hoursStandOnTheExchangesOwnClock() {
        let axis = CoverageAxis(.xnys, zoom: .day)
        for column in axis.columns(within: year) {
            #expect((9...15).contains(axis.local(column.minutes.lowerBound).hour))
        }
    }

    @Test func columnsNeverExceedTheWidth() {
        for calendar in CalendarName.allCases {
            for zoom in CoverageZoom.allCases {
                let axis = CoverageAxis(calendar, zoom: zoom)
                for width in 0...90 {
                    for cell in 1...3 {
                        let columns = axis.columns(
                            before: DemoWorld.now.minute, since: Minute(0), width: width, cellWidth: cell)
                        #expect(columns.allSatisfy { $0.offset >= 0 && $0.offset + cell <= width })
                        #expect(columns.isEmpty == (width < cell))
                    }
                }
            }
        }
    }

    @Test func masksOfAnyRangeNeverOverflow() {
        let hour = Hour(430_000)
        let full = mask(of: hour.minutes, in: hour)
        #expect(full.nonzeroBitCount == 60)
        #expect(mask(of: Minute(.min)..<Minute(.max), in: hour) == full)
        #expect(mask(of: Minute(.min)..<hour.firstMinute, in: hour) == 0)
        #expect(mask(of: hour.firstMinute.advanced(by: 3)..<hour.firstMinute.advanced(by: 5), in: hour) == 0b11000)
    }

    @Test func marksMergeAndSplit() {
        guard let symbol = SymbolName("AAPL") else { return }
        func minutes(_ low: Int64, _ high: Int64) -> Range<Minute> { Minute(low)..<Minute(high) }
        var marks = MarkedSlots()
        marks.insert(symbol, minutes(0, 60))
        marks.insert(symbol, minutes(120, 180))
        #expect(marks.selections.count == 2)
        marks.insert(symbol, minutes(60, 120))
        #expect(marks.selections.map(\.minutes) == [minutes(0, 180)])
        marks.toggle(symbol, minutes(60, 120))
        #expect(marks.selections.map(\.minutes) == [minutes(0, 60), minutes(120, 180)])
        marks.toggle(symbol, minutes(0, 60))
        marks.toggle(symbol, minutes(120, 180))
        #expect(marks.isEmpty && marks.selections.isEmpty)
    }
}
