import Pipeline
import Terminal

/// Numbers, spans and moments as a person reads them.
enum Wording {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func weekday(_ date: CivilDate) -> String { weekdays[date.weekday] }
    static func month(_ date: CivilDate) -> String { months[min(11, max(0, date.month - 1))] }
    static func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }

    /// `1,234,567`
    static func count(_ n: some BinaryInteger) -> String {
        let digits = Array(String(n.magnitude).utf8)
        var result = n < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result += "," }
            result.unicodeScalars.append(UnicodeScalar(digit))
        }
        return result
    }

    /// `1 slot`, `2 slots`
    static func count(_ n: Int, _ noun: String) -> String { "\(count(n)) \(noun)\(n == 1 ? "" : "s")" }

    /// `98.71 %`, never rounded up to 100.
    static func percent(_ share: Double) -> String {
        let hundredths = share >= 1 ? 10_000 : min(9_999, max(0, Int(share * 10_000)))
        return "\(hundredths / 100).\(two(hundredths % 100)) %"
    }

    /// `98.7`, never rounded up to 100.
    static func shortPercent(_ share: Double) -> String {
        let tenths = share >= 1 ? 1_000 : min(999, max(0, Int(share * 1_000)))
        return tenths == 1_000 ? "100" : "\(tenths / 10).\(tenths % 10)"
    }

    /// `42 s`, `17 min`, `3 h`, `4 d`
    static func span(_ seconds: Int64) -> String {
        switch seconds {
        case ..<0: "0 s"
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    /// `42s`, `17m`, `3h`, `4d`: at most four columns for a year.
    static func age(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "now"
        case ..<6_000: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3_600)h"
        default: "\(min(999, seconds / 86_400))d"
        }
    }

    /// `12.3 kB`
    static func bytes(_ n: Int64) -> String {
        var tenths = n.magnitude * 10
        for unit in ["B", "kB", "MB", "GB"] {
            if tenths < 10_000 { return unit == "B" ? "\(tenths / 10) B" : "\(tenths / 10).\(tenths % 10) \(unit)" }
            tenths /= 1_000
        }
        return "\(tenths / 10).\(tenths % 10) TB"
    }

    /// `×60`, `×0.5`, `held`
    static func speed(_ speed: Double) -> String {
        if speed == 0 { return "held" }
        return speed == speed.rounded() && abs(speed) < 1e9 ? "×\(Int(speed))" : "×\(speed)"
    }

    /// A price with as many places as a person wants at its size.
    static func price(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "-" }
        let places = abs(value) >= 10_000 ? 1 : abs(value) >= 1 ? 100 : 10_000
        let scaled = Int((abs(value) * Double(places)).rounded())
        let sign = value < 0 ? "-" : ""
        guard places > 1 else { return sign + count(scaled) }
        let digits = places == 100 ? 2 : 4
        let fraction = String(scaled % places)
        return sign + "\(scaled / places)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// A symbol's name in at most so many columns. Of one with its exchange before it, the end is what tells it apart.
    static func name(_ text: String, to columns: Int) -> String {
        guard text.utf8.count > columns, text.contains(":"), columns > 1 else { return clipped(text, to: columns) }
        return "…" + text.suffix(columns - 1)
    }

    static func padded(_ text: String, to columns: Int) -> String {
        let missing = columns - text.count
        return missing > 0 ? text + String(repeating: " ", count: missing) : text
    }
}

/// The exchange's own clock, for everything that shows a time.
struct ExchangeClock: Sendable {
    let calendar: CalendarName
    /// Whether UTC is shown in its place.
    let showsUTC: Bool
    private let axis: CoverageAxis

    init(_ calendar: CalendarName, showsUTC: Bool = false) {
        self.calendar = calendar
        self.showsUTC = showsUTC
        axis = CoverageAxis(calendar, zoom: .day)
    }

    /// `ET` or `UTC`
    var zone: String { calendar == .xnys && !showsUTC ? "ET" : "UTC" }

    /// Date, hour and minute as this clock shows them.
    func local(_ minute: Minute) -> (date: CivilDate, hour: Int, minute: Int) {
        showsUTC ? CoverageAxis(.alwaysOpen, zoom: .day).local(minute) : axis.local(minute)
    }

    /// The minute that this clock shows as the given minute of UTC.
    func utc(ofLocal wanted: Minute) -> Minute {
        guard !showsUTC else { return wanted }
        let shift = axis.calendar.utcOffsetSeconds(at: wanted.start)
        // Near a change of the clock the offset is that of the result.
        let first = Minute(wanted.index - Int64(shift / 60))
        return Minute(wanted.index - Int64(axis.calendar.utcOffsetSeconds(at: first.start) / 60))
    }

    /// `Tue 2019-02-12 10:42 ET`
    func full(_ time: MarketTime) -> String {
        let local = self.local(time.minute)
        return "\(Wording.weekday(local.date)) \(local.date) \(clock(time.minute)) \(zone)"
    }

    /// `10:42`
    func clock(_ minute: Minute) -> String {
        let local = self.local(minute)
        return "\(Wording.two(local.hour)):\(Wording.two(local.minute))"
    }

    /// `Tue 12 Feb`
    func day(_ minute: Minute) -> String {
        let date = local(minute).date
        return "\(Wording.weekday(date)) \(date.day) \(Wording.month(date))"
    }

    /// `10:42` today, `Tue 10:42` otherwise.
    func near(_ time: MarketTime, now: MarketTime) -> String {
        let date = local(time.minute).date
        let today = local(now.minute).date
        return date == today ? clock(time.minute) : "\(Wording.weekday(date)) \(clock(time.minute))"
    }
}

extension ConsoleState {
    /// The clock of the title and the lists: New York's as soon as one symbol trades there.
    var clock: ExchangeClock {
        exchangeClock(universeFacts.usesNewYork ? .xnys : .alwaysOpen)
    }

    /// The clock of one calendar, or UTC where that was chosen.
    func exchangeClock(_ calendar: CalendarName) -> ExchangeClock { ExchangeClock(calendar, showsUTC: showsUTC) }
}
