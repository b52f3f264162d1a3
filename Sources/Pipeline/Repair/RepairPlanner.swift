/// Coalesces slots into the fewest calls the source's range limit allows, and widens each call just so far that its
/// answer can bear witness: to the nearest bar held on either side within the session.
package enum RepairPlanner {
    /// `wanted` are the slots of one symbol by hour, ascending; returns one unit a call.
    package static func plan(
        _ member: UniverseMember, wanted: [HourSlots], rangeMax: MarketSpan, coverage: CoverageIndex, now: MarketTime,
        asksForQuiet: Bool
    ) -> [RepairUnit] {
        var units: [RepairUnit] = []
        var group: [HourSlots] = []
        var first = Minute(0)
        // Greedy from the left: provably the fewest intervals of a given length that cover points on a line. Two days
        // are left for widening, where the range allows that.
        let greatest = max(60, rangeMax.seconds / 60)
        let limit = greatest > 3 * 1440 ? greatest - 2 * 1440 : greatest
        for part in wanted where part.slots != 0 {
            let begin = Minute(part.hour * 60 + Int64(part.slots.trailingZeroBitCount))
            let end = Minute(part.hour * 60 + Int64(64 - part.slots.leadingZeroBitCount))
            if group.isEmpty {
                first = begin
            } else if end.index - first.index > limit {
                units.append(unit(member, group, greatest, coverage, now, asksForQuiet))
                group = []
                first = begin
            }
            group.append(part)
        }
        if !group.isEmpty { units.append(unit(member, group, greatest, coverage, now, asksForQuiet)) }
        return units
    }

    private static func unit(
        _ member: UniverseMember, _ wanted: [HourSlots], _ greatest: Int64, _ coverage: CoverageIndex,
        _ now: MarketTime, _ asksForQuiet: Bool
    ) -> RepairUnit {
        let first = Minute((wanted.first?.hour ?? 0) * 60 + Int64(wanted.first?.slots.trailingZeroBitCount ?? 0))
        let last = Minute((wanted.last?.hour ?? 0) * 60 + Int64(63 - (wanted.last?.slots.leadingZeroBitCount ?? 0)))
        let sought = first..<last.advanced(by: 1)
        let wide = widen(sought, member, coverage: coverage, now: now)
        return RepairUnit(
            symbol: member.symbol, wanted: wanted, asked: wide.count <= greatest ? wide : sought,
            asksForQuiet: asksForQuiet)
    }

    /// From the nearest bar held before to the nearest held after, within the sessions at both ends. Where a side has
    /// none and its session is over, the whole session is asked for: an answer over a whole closed session with any bar
    /// in it bears witness too.
    package static func widen(
        _ minutes: Range<Minute>, _ member: UniverseMember, coverage: CoverageIndex, now: MarketTime
    ) -> Range<Minute> {
        let calendar = TradingCalendar.named(member.calendar)
        var from = minutes.lowerBound
        var to = minutes.upperBound
        let complete = now.minute
        if let session = calendar.session(containing: minutes.lowerBound) {
            let held = coverage.lastPresent(member.symbol, atOrBefore: minutes.lowerBound.advanced(by: -1))
            from = held.flatMap { session.minutes.contains($0) ? $0 : nil } ?? session.minutes.lowerBound
            if held.map({ !session.minutes.contains($0) }) ?? true, session.minutes.upperBound <= complete {
                to = max(to, min(session.minutes.upperBound, complete))
            }
        }
        if let session = calendar.session(containing: minutes.upperBound.advanced(by: -1)) {
            let end = session.minutes.upperBound
            let held = coverage.firstPresent(member.symbol, atOrAfter: minutes.upperBound, before: end)
            if let held {
                to = max(to, held.advanced(by: 1))
            } else {
                to = max(to, min(end, complete))
                if end <= complete { from = min(from, session.minutes.lowerBound) }
            }
        }
        return from..<max(to, minutes.upperBound)
    }
}
