/// Which calendar a symbol trades on.
package enum CalendarName: String, Hashable, Sendable, CaseIterable, Comparable, Codable {
    /// New York Stock Exchange, regular sessions.
    case xnys = "XNYS"
    /// Every minute of every UTC day; a session is a UTC day.
    case alwaysOpen = "24x7"

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The minutes an exchange trades on one date.
package struct Session: Hashable, Sendable {
    /// The exchange's local date.
    package var date: CivilDate
    /// Half-open, UTC.
    package var minutes: Range<Minute>

    package init(date: CivilDate, minutes: Range<Minute>) {
        self.date = date
        self.minutes = minutes
    }
}

/// What a calendar says of a date.
package enum SessionAnswer: Hashable, Sendable {
    case session(Session)
    case closed
    /// The date lies outside what the calendar's facts cover: never taken for closed.
    case unknown
}

extension CalendarName {
    /// The calendar a symbol trades on unless told otherwise: a name with a colon (`BINANCE:BTCUSDT`) is a 24x7 pair.
    package static func usual(for symbol: SymbolName) -> CalendarName {
        symbol.text.utf8.contains(UInt8(ascii: ":")) ? .alwaysOpen : .xnys
    }
}

/// When an exchange trades, as far as its facts reach; beyond them nothing is expected and nothing is called closed.
///
/// No session of either calendar crosses midnight UTC, so everything is asked of one UTC day at a time.
package struct TradingCalendar: Hashable, Sendable {
    package let name: CalendarName
    private let knownDays: ClosedRange<Int64>

    private init(name: CalendarName, from: CivilDate, through: CivilDate) {
        self.name = name
        knownDays = from.dayNumber...through.dayNumber
    }

    private static let xnys = TradingCalendar(name: .xnys, from: XNYSSessions.firstDate, through: XNYSSessions.lastDate)
    private static let alwaysOpen = TradingCalendar(
        name: .alwaysOpen, from: CivilDate(year: 1970, month: 1, day: 1),
        through: CivilDate(year: 2099, month: 12, day: 31)
    )

    /// The calendar of that name; costs nothing.
    package static func named(_ name: CalendarName) -> TradingCalendar {
        switch name {
        case .xnys: xnys
        case .alwaysOpen: alwaysOpen
        }
    }

    /// First date of which the calendar knows.
    package var knownFrom: CivilDate { CivilDate(dayNumber: knownDays.lowerBound) }
    /// Last date of which the calendar knows, inclusive.
    package var knownThrough: CivilDate { CivilDate(dayNumber: knownDays.upperBound) }
    /// The minutes of which the calendar knows.
    package var knownMinutes: Range<Minute> {
        Minute(knownDays.lowerBound * 1_440)..<Minute((knownDays.upperBound + 1) * 1_440)
    }

    /// Seconds to add to UTC for the exchange's local clock; 0 where it has none.
    package func utcOffsetSeconds(at time: MarketTime) -> Int {
        switch name {
        case .xnys: XNYSLocalTime.offsetSeconds(at: time)
        case .alwaysOpen: 0
        }
    }

    /// The exchange's local date at a minute.
    package func localDate(of minute: Minute) -> CivilDate {
        let local = minute.seconds + Int64(utcOffsetSeconds(at: minute.start))
        return CivilDate(dayNumber: local.floorDivided(by: 86_400))
    }

    /// Whether the calendar's facts cover the minute.
    package func isKnown(_ minute: Minute) -> Bool { knownMinutes.contains(minute) }

    /// Whether the minute lies in a session; false where unknown.
    package func isOpen(_ minute: Minute) -> Bool {
        isKnown(minute) && expectedMask(minute.hour) & minute.bit != 0
    }

    /// The slots of an hour that lie in a session; none where unknown.
    package func expectedMask(_ hour: Hour) -> UInt64 {
        let day = hour.index.floorDivided(by: 24)
        guard knownDays.contains(day) else { return 0 }
        return Self.mask(of: minutesOfDay(day), hourOfDay: Int(hour.index - day * 24))
    }

    /// Calls back with each hour in the range that holds slots of a session, ascending, and those slots.
    package func eachExpectedHour(in hours: Range<Hour>, _ body: (Hour, UInt64) -> Void) {
        let known = hours.clamped(to: knownMinutes.lowerBound.hour..<knownMinutes.upperBound.hour)
        guard !known.isEmpty else { return }
        let last = (known.upperBound.index - 1).floorDivided(by: 24)
        for day in known.lowerBound.index.floorDivided(by: 24)...last {
            let open = minutesOfDay(day)
            let first = max(known.lowerBound.index, day * 24 + Int64(open.lowerBound / 60))
            let end = min(known.upperBound.index, day * 24 + Int64((open.upperBound + 59) / 60))
            var hour = first
            while hour < end {
                body(Hour(hour), Self.mask(of: open, hourOfDay: Int(hour - day * 24)))
                hour += 1
            }
        }
    }

    /// In session on a known UTC day, as minutes of that day; empty where closed.
    func minutesOfDay(_ day: Int64) -> Range<Int> {
        switch name {
        case .xnys: XNYSSessions.minutesOfDay(dayNumber: day)
        case .alwaysOpen: 0..<1_440
        }
    }

    private static func mask(of minutes: Range<Int>, hourOfDay: Int) -> UInt64 {
        let before = Int64(hourOfDay * 60)
        return Hour.slots(before: Int64(minutes.upperBound) - before)
            & ~Hour.slots(before: Int64(minutes.lowerBound) - before)
    }
}
