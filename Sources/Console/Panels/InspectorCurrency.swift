import Engine
import Pipeline

extension ConsoleState {
    /// Whether a derived row was worked out of the slots as they are held now, judged by its counts; nil where that cannot be
    /// told, because not all of its slots are loaded. Those of a market hour are counted by the reader, for only a few of its
    /// members may be in view.
    func isCurrent(_ row: DerivedRow) -> Bool? {
        if row.span == .market {
            guard let inspected, inspected.minutes.lowerBound.index == row.start,
                let member = members[inspected.symbol], member.calendar.rawValue == row.symbol
            else { return nil }
            return inspected.inspection.market.map { row.agrees(with: $0) }
        }
        guard row.start < row.end, let name = SymbolName(row.symbol), let member = members[name],
            let session = TradingCalendar.named(member.calendar)
                .sessions(overlapping: Minute(row.start)..<Minute(row.end)).first
        else { return nil }
        let column = AxisColumn(minutes: Minute(row.start)..<Minute(row.end), session: session, group: 0)
        var known = cells.row(name)
        known?.sessions = [:]
        let sum = summary(member, column, row: known, repairing: nil)
        guard !sum.unknown, sum.counts.expected > 0 else { return nil }
        return row.agrees(with: sum.counts)
    }
}

extension DerivedRow {
    fileprivate func agrees(with counts: SlotCounts) -> Bool {
        counts.present == present && counts.quiet == quiet && counts.healed == healed
    }
}
