/// Which calendar a symbol trades on.
package enum CalendarName: String, Hashable, Sendable, CaseIterable, Comparable {
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
