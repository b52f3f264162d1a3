import Engine

/// Which derived rows depend on which slots.
package enum DerivedDependence {
    /// The hourly row of a partition, where the calendar expects anything in it, the session row it is part of, and the
    /// market hour of its calendar.
    package static func targets(_ symbol: SymbolName, _ hour: Hour, in universe: Universe) -> [DerivedTarget] {
        guard let member = universe.member(symbol), universe.expectedMask(member, hour) != 0 else { return [] }
        var targets = [DerivedTarget(span: .hourly, symbol: symbol, minutes: hour.minutes)]
        for session in TradingCalendar.named(member.calendar).sessions(overlapping: hour.minutes) {
            targets.append(DerivedTarget(span: .session, symbol: symbol, minutes: session.minutes))
        }
        if let market = market(member.calendar, hour) { targets.append(market) }
        return targets
    }

    /// Every derived row whose slots overlap the selections and have begun by `now`; sorted, without repetition.
    package static func targets(
        _ selections: [SlotSelection], in universe: Universe, begunBy now: MarketTime
    ) -> [DerivedTarget] {
        var queue = DerivedQueue(selections, in: universe, begunBy: now)
        return queue.takeAll(in: universe)
    }

    private static func market(_ calendar: CalendarName, _ hour: Hour) -> DerivedTarget? {
        SymbolName(calendar.rawValue).map { DerivedTarget(span: .market, symbol: $0, minutes: hour.minutes) }
    }

    // MARK: Cost

    /// What one group of rows may cost, so that no effect keeps its lane for long.
    private static let groupCost = 256
    /// Hourly rows of members that cost as much to look at, within a market hour, as one row that is built by itself.
    private static let membersPerCost = 16

    /// The first targets that are built or checked together: a market hour weighs as much as its members do.
    package static func group(_ targets: some Sequence<DerivedTarget>, in universe: Universe) -> [DerivedTarget] {
        let marketCost = 1 + universe.members.count / membersPerCost
        var cost = 0
        var group: [DerivedTarget] = []
        for target in targets {
            cost += target.span == .market ? marketCost : 1
            guard group.isEmpty || cost <= groupCost else { break }
            group.append(target)
        }
        return group
    }
}
