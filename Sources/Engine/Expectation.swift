/// What the calendars expect, as rows: for those who ask the warehouse in SQL and know no calendar.
package struct Expectation: Hashable, Sendable {
    /// One symbol, and the minutes in which slots are expected of it.
    package struct Member: Hashable, Sendable {
        package var symbol: String
        /// The calendar's name: `XNYS`, `24x7`.
        package var calendar: String
        /// Half-open, minutes since 1970-01-01T00:00 UTC.
        package var minutes: Range<Int64>

        package init(symbol: String, calendar: String, minutes: Range<Int64>) {
            self.symbol = symbol
            self.calendar = calendar
            self.minutes = minutes
        }
    }

    /// The expected slots of one hour of one calendar.
    package struct CalendarHour: Hashable, Sendable {
        package var calendar: String
        /// Hours since 1970-01-01T00 UTC.
        package var hour: Int64
        /// Bit n is minute n of the hour.
        package var slots: UInt64

        package init(calendar: String, hour: Int64, slots: UInt64) {
            self.calendar = calendar
            self.hour = hour
            self.slots = slots
        }
    }

    /// The whole universe, in order of the symbols.
    package var members: [Member]
    /// In order; hours without an expected slot are left out.
    package var hours: [CalendarHour]
    /// How long after its end a slot that is not held is not missing yet, microseconds.
    package var grace: Int64

    package init(members: [Member], hours: [CalendarHour], grace: Int64) {
        self.members = members
        self.hours = hours
        self.grace = grace
    }
}
