import Engine
import Pipeline

extension ConsoleState {
    /// Whether a derived row was worked out of the slots as they are held now, judged by its counts; nil where that cannot be
    /// told: of a market hour, and where not all of its slots are loaded.
    func isCurrent(_ row: DerivedRow) -> Bool? {
        guard row.span != .market, row.start < row.end, let name = SymbolName(row.symbol), let member = members[name],
            let session = TradingCalendar.named(member.calendar)
                .sessions(overlapping: Minute(row.start)..<Minute(row.end)).first
        else { return nil }
        let column = AxisColumn(minutes: Minute(row.start)..<Minute(row.end), session: session, group: 0)
        var known = cells.row(name)
        known?.sessions = [:]
        let sum = summary(member, column, row: known, repairing: nil)
        guard !sum.unknown, sum.counts.expected > 0 else { return nil }
        return sum.counts.present == row.present && sum.counts.quiet == row.quiet && sum.counts.healed == row.healed
    }
}
