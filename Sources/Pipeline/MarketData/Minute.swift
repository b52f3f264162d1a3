/// One minute of UTC, named by its start: minutes since 1970-01-01T00:00Z. Ranges of minutes are half-open.
package struct Minute: Hashable, Comparable, Strideable, Sendable, CustomStringConvertible {
    package var index: Int64

    package init(_ index: Int64) { self.index = index }

    /// The minute that holds a second since 1970-01-01T00:00:00Z.
    package init(seconds: Int64) { index = seconds.floorDivided(by: 60) }

    /// Its first second, UTC.
    package var seconds: Int64 { index * 60 }
    /// The hour that holds it.
    package var hour: Hour { Hour(index.floorDivided(by: 60)) }
    /// Its place within its hour, 0 to 59.
    package var offset: Int { Int(index - hour.index * 60) }
    /// The bit of its place in a partition's mask.
    package var bit: UInt64 { 1 << UInt64(offset) }
    /// The moment it begins.
    package var start: MarketTime { MarketTime(seconds: seconds) }
    /// The moment it ends, exclusive.
    package var end: MarketTime { MarketTime(seconds: seconds + 60) }

    // Without it equality would be a distance of 0, which traps where the distance does not fit.
    package static func == (left: Self, right: Self) -> Bool { left.index == right.index }
    package static func < (left: Self, right: Self) -> Bool { left.index < right.index }
    package func distance(to other: Self) -> Int { Int(other.index - index) }
    package func advanced(by n: Int) -> Self { Self(index + Int64(n)) }
    package var description: String { start.iso8601 }
}

/// One clock hour of UTC: hours since 1970-01-01T00Z. With a symbol it names a partition.
package struct Hour: Hashable, Comparable, Strideable, Sendable, CustomStringConvertible {
    package var index: Int64

    package init(_ index: Int64) { self.index = index }

    package var firstMinute: Minute { Minute(index * 60) }
    package var minutes: Range<Minute> { firstMinute..<Minute(index * 60 + 60) }
    package var start: MarketTime { firstMinute.start }

    // Without it equality would be a distance of 0, which traps where the distance does not fit.
    package static func == (left: Self, right: Self) -> Bool { left.index == right.index }
    package static func < (left: Self, right: Self) -> Bool { left.index < right.index }
    package func distance(to other: Self) -> Int { Int(other.index - index) }
    package func advanced(by n: Int) -> Self { Self(index + Int64(n)) }
    package var description: String { firstMinute.description }
}

/// A moment of market time: microseconds since 1970-01-01T00:00:00Z.
package struct MarketTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }
    package init(seconds: Int64) { microseconds = seconds * 1_000_000 }

    /// Whole seconds, rounded down.
    package var seconds: Int64 { microseconds.floorDivided(by: 1_000_000) }
    /// The minute that holds it.
    package var minute: Minute { Minute(seconds: seconds) }
    package var hour: Hour { minute.hour }

    package static let distantPast = MarketTime(microseconds: .min / 4)
    package static let distantFuture = MarketTime(microseconds: .max / 4)

    package static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
    package static func + (time: Self, span: MarketSpan) -> Self {
        MarketTime(microseconds: time.microseconds + span.microseconds)
    }
    package static func - (time: Self, span: MarketSpan) -> Self {
        MarketTime(microseconds: time.microseconds - span.microseconds)
    }
    package static func - (left: Self, right: Self) -> MarketSpan {
        MarketSpan(microseconds: left.microseconds - right.microseconds)
    }
    package var description: String { iso8601 }

    /// `2019-02-11T14:30:00Z`, whole seconds.
    package var iso8601: String {
        let date = CivilDate(dayNumber: seconds.floorDivided(by: 86_400))
        let second = Int(seconds - seconds.floorDivided(by: 86_400) * 86_400)
        return "\(date)T\(twoDigits(second / 3600)):\(twoDigits(second / 60 % 60)):\(twoDigits(second % 60))Z"
    }
}

/// A span of market time in microseconds.
package struct MarketSpan: Hashable, Comparable, Sendable {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }
    package static func seconds(_ n: Int64) -> Self { Self(microseconds: n * 1_000_000) }
    package static func minutes(_ n: Int64) -> Self { Self(microseconds: n * 60_000_000) }
    package static func milliseconds(_ n: Int64) -> Self { Self(microseconds: n * 1_000) }
    package static let zero = Self(microseconds: 0)

    /// Whole seconds, rounded down.
    package var seconds: Int64 { microseconds.floorDivided(by: 1_000_000) }
    package static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
    package static func + (left: Self, right: Self) -> Self {
        Self(microseconds: left.microseconds + right.microseconds)
    }
    package static func * (span: Self, n: Int64) -> Self { Self(microseconds: span.microseconds * n) }
}

/// A date of the proleptic Gregorian calendar, without a time zone.
package struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01.
    package var dayNumber: Int64

    package init(dayNumber: Int64) { self.dayNumber = dayNumber }

    /// Days-from-civil of Howard Hinnant's "chrono-compatible low-level date algorithms".
    package init(year: Int, month: Int, day: Int) {
        let y = Int64(month <= 2 ? year - 1 : year)
        let era = y.floorDivided(by: 400)
        let yearOfEra = y - era * 400
        let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        dayNumber = era * 146_097 + dayOfEra - 719_468
    }

    /// Reads `YYYY-MM-DD`; nil where it is not a date that exists.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            text.utf8.allSatisfy({ $0 == 45 || (48...57).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
        guard self.year == year, self.month == month, self.day == day else { return nil }
    }

    private var civil: (year: Int, month: Int, day: Int) {
        let z = dayNumber + 719_468
        let era = z.floorDivided(by: 146_097)
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        return (
            Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month,
            Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        )
    }

    package var year: Int { civil.year }
    package var month: Int { civil.month }
    package var day: Int { civil.day }
    /// 0 is Sunday, 6 Saturday.
    package var weekday: Int { Int((dayNumber + 4) - (dayNumber + 4).floorDivided(by: 7) * 7) }
    /// Midnight UTC at its start.
    package var startUTC: MarketTime { MarketTime(seconds: dayNumber * 86_400) }

    package static func < (left: Self, right: Self) -> Bool { left.dayNumber < right.dayNumber }
    package func adding(days: Int) -> Self { Self(dayNumber: dayNumber + Int64(days)) }

    package var description: String {
        let (year, month, day) = civil
        let digits = String(year)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            + "-\(twoDigits(month))-\(twoDigits(day))"
    }
}

func twoDigits(_ n: Int) -> String { n < 10 ? "0\(n)" : String(n) }

extension Int64 {
    /// Division rounding towards minus infinity, for a positive divisor.
    package func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
