package import Pipeline

/// The exchange's own time as a function of elapsed real time: it runs at a speed, and may skip what nobody trades in.
package struct MarketClockFace: Hashable, Sendable {
    /// Market seconds a real second.
    package private(set) var speed: Double
    private let calendars: [CalendarName]
    private let skipsNights: Bool
    /// A reading of the real clock in nanoseconds, and the market time that belongs to it.
    private var real: UInt64
    private var market: MarketTime
    /// The latest time ever told; time never goes back.
    private var latest: MarketTime
    private var coming: Skip?
    /// A leap over more closures than these, after a long sleep at a high speed, goes on without skipping the rest.
    private static let skipsMax = 1_000

    /// A leap over hours in which everything is closed.
    private struct Skip: Hashable {
        var at: MarketTime
        var to: MarketTime
    }

    /// Speeds outside 0.001 to 1,000,000 are drawn to the nearer bound. `calendars` are those of everything traded;
    /// where one of them never closes nothing is ever skipped.
    package init(start: MarketTime, speed: Double, skipsNights: Bool, calendars: [CalendarName], real: UInt64) {
        self.speed = Self.bounded(speed)
        self.calendars = CalendarName.allCases.filter(calendars.contains)
        self.skipsNights = skipsNights && !calendars.isEmpty && !calendars.contains(.alwaysOpen)
        self.real = real
        market = start
        latest = start
        coming = nextSkip()
    }

    /// The market time when the real clock shows so many nanoseconds.
    package mutating func read(_ now: UInt64) -> MarketTime {
        var time = running(now)
        for _ in 0..<Self.skipsMax {
            guard let skip = coming, time >= skip.at else {
                latest = max(latest, time)
                return latest
            }
            real += UInt64(Double((skip.at - market).microseconds) * 1000 / speed)
            market = skip.to
            coming = nextSkip()
            time = running(now)
        }
        begin(at: time, real: now)
        latest = max(latest, time)
        return latest
    }

    /// Goes on from here at another speed.
    package mutating func setSpeed(_ speed: Double, at now: UInt64) {
        let time = read(now)
        self.speed = Self.bounded(speed)
        begin(at: time, real: max(real, now))
    }

    private mutating func begin(at time: MarketTime, real: UInt64) {
        market = time
        self.real = real
        coming = nextSkip()
    }

    private func running(_ now: UInt64) -> MarketTime {
        let elapsed = now > real ? Double(now - real) / 1000 * speed : 0
        return market + MarketSpan(microseconds: Int64(min(elapsed, 1e17)))
    }

    private static func bounded(_ speed: Double) -> Double { speed.isFinite ? min(max(speed, 0.001), 1_000_000) : 1 }

    /// Two market minutes, or what three real seconds are at this speed.
    private var lead: MarketSpan { max(.minutes(2), MarketSpan(microseconds: Int64(3_000_000 * speed))) }

    /// The next closure that is longer than its lead, from five minutes after the close until the lead before the open.
    private func nextSkip() -> Skip? {
        guard skipsNights else { return nil }
        var place = market.minute
        for _ in 0..<16 {
            while let end = openUntil(place) { place = end }
            guard let open = nextOpen(place) else { return nil }
            let at = max(market, lastClose(place).start + .minutes(5))
            let to = open.start - lead
            if at < to { return Skip(at: at, to: to) }
            place = open
        }
        return nil
    }

    private func openUntil(_ minute: Minute) -> Minute? {
        calendars.compactMap { TradingCalendar.named($0).session(containing: minute)?.minutes.upperBound }.max()
    }

    private func nextOpen(_ minute: Minute) -> Minute? {
        calendars.compactMap { TradingCalendar.named($0).session(atOrAfter: minute)?.minutes.lowerBound }.min()
    }

    /// The close before a minute at which everything is closed; ten days before it where none is known.
    private func lastClose(_ minute: Minute) -> Minute {
        let reach = minute.advanced(by: -14_400)..<minute
        return calendars.compactMap { TradingCalendar.named($0).sessions(overlapping: reach).last?.minutes.upperBound }
            .max() ?? reach.lowerBound
    }
}
