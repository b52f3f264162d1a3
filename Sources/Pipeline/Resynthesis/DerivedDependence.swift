import Engine

/// Which derived rows depend on which slots.
package enum DerivedDependence {
    /// The hourly row of a partition, where the calendar expects anything in it, and the session row it is part of.
    package static func targets(_ symbol: SymbolName, _ hour: Hour, in universe: Universe) -> [DerivedTarget] {
        guard let member = universe.member(symbol), universe.expectedMask(member, hour) != 0 else { return [] }
        var targets = [DerivedTarget(span: .hourly, symbol: symbol, minutes: hour.minutes)]
        for session in TradingCalendar.named(member.calendar).sessions(overlapping: hour.minutes) {
            targets.append(DerivedTarget(span: .session, symbol: symbol, minutes: session.minutes))
        }
        return targets
    }

    /// Every derived row whose slots overlap the selections and have begun by `now`; sorted, without repetition.
    package static func targets(
        _ selections: [SlotSelection], in universe: Universe, begunBy now: MarketTime
    ) -> [DerivedTarget] {
        var result: [DerivedTarget] = []
        for selection in selections {
            for symbol in selection.symbols {
                guard let member = universe.member(symbol) else { continue }
                result += targets(member, selection.minutes, in: universe, begunBy: now)
            }
        }
        result.sort()
        var distinct: [DerivedTarget] = []
        for target in result where distinct.last != target { distinct.append(target) }
        return distinct
    }

    private static func targets(
        _ member: UniverseMember, _ minutes: Range<Minute>, in universe: Universe, begunBy now: MarketTime
    ) -> [DerivedTarget] {
        let wanted = minutes.clamped(to: member.lifetime)
        var result: [DerivedTarget] = []
        for session in TradingCalendar.named(member.calendar).sessions(overlapping: wanted)
        where session.minutes.lowerBound.start < now {
            result.append(DerivedTarget(span: .session, symbol: member.symbol, minutes: session.minutes))
            let part = session.minutes.clamped(to: wanted)
            guard !part.isEmpty else { continue }
            for hour in part.lowerBound.hour...part.upperBound.advanced(by: -1).hour where hour.start < now {
                guard universe.expectedMask(member, hour) != 0 else { continue }
                result.append(DerivedTarget(span: .hourly, symbol: member.symbol, minutes: hour.minutes))
            }
        }
        return result
    }
}
