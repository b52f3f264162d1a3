/// When old quiet and unrepairable slots are asked for once more: vendors fill holes weeks later.
///
/// Every session of every symbol has a turn, one hour of a period; in that hour its old quiet and unrepairable slots are
/// asked for in one call. A period is a week, or as many times twice that as keep an hour's turns within the bound. So
/// every such slot is asked again once a period, and no count of symbols or years can make it more.
package struct ReaskSchedule: Sendable {
    /// Shortest period: a week of hours.
    package static let hoursMin: Int64 = 168
    /// A session is old when it ended so long ago: before that settling and the hourly audit look after it.
    static let age = MarketSpan.minutes(24 * 60)
    /// The minute of each hour at which the turns of one hour are taken, away from the hourly audit.
    private static let minutesPast: Int64 = 35

    /// The turns to be taken next; counts up by one, from the hour the process began in.
    package private(set) var turn: Int64
    /// When they are due: never sooner than an hour after the turns before.
    package private(set) var due: MarketTime

    package init(at now: MarketTime) {
        turn = now.hour.index
        due = now.hour.start + .minutes(Self.minutesPast)
        if due < now { due = due + .minutes(60) }
    }

    /// Calls of one turn at most. The turns of two hours, and the hourly audit's own, together stay within a tenth of an
    /// hour's budget wherever the hour is laid.
    package static func callsMax(callsPerMinute: Int) -> Int { max(1, callsPerMinute * 2) }

    /// Hours after which the turns begin again, for sessions over so many days.
    package static func period(days: Int64, members: Int, callsPerMinute: Int) -> Int64 {
        let turns = max(1, days) * Int64(max(1, members))
        var hours = hoursMin
        while (turns + hours - 1) / hours > Int64(callsMax(callsPerMinute: callsPerMinute)) { hours *= 2 }
        return hours
    }

    /// The sessions whose turn it is, in the order of symbols, then of time.
    package static func sessions(
        turn: Int64, in universe: Universe, callsPerMinute: Int, at now: MarketTime
    ) -> [SlotSelection] {
        let end = (now - age).minute
        let lives = universe.members.map { member in
            member.lifetime.clamped(to: member.lifetime.lowerBound..<max(member.lifetime.lowerBound, end))
        }
        guard let first = lives.filter({ !$0.isEmpty }).map(\.lowerBound).min() else { return [] }
        let period = period(
            days: day(end) - day(first) + 1, members: lives.count, callsPerMinute: callsPerMinute)
        let mine = turn.modulo(period)
        var selections: [SlotSelection] = []
        for (place, member) in universe.members.enumerated() where !lives[place].isEmpty {
            let calendar = TradingCalendar.named(member.calendar)
            // Day by day the places of the members follow each other without a gap: that spreads the turns evenly.
            for day in day(lives[place].lowerBound)...day(lives[place].upperBound)
            where (day * Int64(lives.count) + Int64(place)).modulo(period) == mine {
                guard case .session(let session) = calendar.session(on: CivilDate(dayNumber: day)),
                    session.minutes.upperBound <= end
                else { continue }
                let minutes = session.minutes.clamped(to: member.lifetime)
                guard !minutes.isEmpty else { continue }
                selections.append(SlotSelection(symbols: [member.symbol], minutes: minutes))
            }
        }
        return selections
    }

    /// The turns of this hour were taken, or there was nothing to take.
    mutating func taken(at now: MarketTime) {
        turn += 1
        due = max(due, now) + .minutes(60)
    }

    /// Nothing could be asked: the same turns are due in an hour.
    mutating func postponed(at now: MarketTime) { due = max(due, now) + .minutes(60) }

    private static func day(_ minute: Minute) -> Int64 { minute.index.floorDivided(by: 1440) }
}

extension Int64 {
    fileprivate func modulo(_ divisor: Int64) -> Int64 { self - floorDivided(by: divisor) * divisor }
}
