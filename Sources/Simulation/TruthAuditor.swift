import Engine
import Exchange
import Pipeline

/// Compares what a pipeline holds with what the market traded.
struct TruthAuditor {
    let scenario: Scenario
    let market: TapeMarket

    /// Every bar held is the market's; every quiet slot had no trade. What the exchange itself showed otherwise for a
    /// while may be held until it is asked again after the session; `final` says that this has been.
    func complaints(_ table: WarehouseTable, final: Bool) -> [String] {
        scenario.universe.members.flatMap { member in
            (table.bars[member.symbol.text]?[allTime] ?? []).compactMap { complaint($0, member.symbol, table, final) }
                + (table.masks[member.symbol.text]?[allTime] ?? []).flatMap { complaints($0, member, table) }
        }
    }

    private func complaint(
        _ row: BarRow, _ symbol: SymbolName, _ table: WarehouseTable, _ final: Bool
    ) -> String? {
        let minute = Minute(row.minute)
        guard let bar = market.bar(symbol, minute) else {
            return isForeign(row, symbol) ? nil : "\(symbol) \(minute) is held and nobody traded"
        }
        if row.sampled {
            let isTraded = market.trades(symbol, minute).contains { $0.price == row.close }
            if isTraded || isForeign(row, symbol) { return nil }
            return "the sample of \(symbol) \(minute) is no price of its minute: \(row.close)"
        }
        let isTrue =
            row.open == bar.open && row.high == bar.high && row.low == bar.low && row.close == bar.close
            && row.volume == bar.volume
        if isTrue || (!(final && isSettled(symbol, minute, table)) && isShown(row, bar, symbol)) { return nil }
        return "\(symbol) \(minute) is not the market's bar: \(row.close) and not \(bar.close), \(row.provenance)"
    }

    private func isSettled(_ symbol: SymbolName, _ minute: Minute, _ table: WarehouseTable) -> Bool {
        (table.masks[symbol.text]?[minute.hour.index]?.settled ?? 0) & minute.bit != 0
    }

    /// Whether the exchange showed the bar so: revised later, or as after a split.
    private func isShown(_ row: BarRow, _ bar: Bar, _ symbol: SymbolName) -> Bool {
        let received = MarketTime(microseconds: row.provenance.received)
        return scenario.exchangeFaults.contains { fault in
            guard fault.symbol == nil || fault.symbol == symbol else { return false }
            switch fault.kind {
            case .revised:
                return fault.isActive(at: bar.minute.start, start: scenario.begin)
                    && (row.close == bar.low || row.close == bar.high)
            // Received a moment after it was answered.
            case .adjusted:
                return row.close == bar.close / 2
                    && [received, received - .seconds(10)].contains { fault.isActive(at: $0, start: scenario.begin) }
            case .foreign:
                return foreign(symbol).flatMap { market.bar($0, bar.minute) }?.close == row.close
            default: return false
            }
        }
    }

    /// Whether a sample is what the exchange gave of another symbol: where no minutes around it are held, and the prices
    /// are alike, nobody can tell. A candle puts it right.
    private func isForeign(_ row: BarRow, _ symbol: SymbolName) -> Bool {
        guard let other = foreign(symbol),
            scenario.exchangeFaults.contains(where: { $0.kind == .foreign && ($0.symbol ?? symbol) == symbol })
        else { return false }
        return market.trades(other, Minute(row.minute)).contains { $0.price == row.close }
    }

    /// The symbol whose data the exchange gives for another's.
    private func foreign(_ symbol: SymbolName) -> SymbolName? {
        market.symbols.firstIndex(of: symbol).map { market.symbols[($0 + 1) % market.symbols.count] }
    }

    private func complaints(_ row: MaskRow, _ member: UniverseMember, _ table: WarehouseTable) -> [String] {
        let hour = Hour(row.hour)
        let expected = scenario.universe.expectedMask(member, hour)
        var complaints: [String] = []
        for offset in 0..<60 {
            let minute = hour.firstMinute.advanced(by: offset)
            let bit = minute.bit
            if row.quiet & bit != 0, market.bar(member.symbol, minute) != nil {
                complaints.append("\(member.symbol) \(minute) is called quiet and was traded")
            }
            let isHeld = table.bars[member.symbol.text]?[minute.index] != nil
            if (row.present & bit != 0) != isHeld {
                complaints.append("\(member.symbol) \(minute): mask and bar disagree")
            }
            if row.present & bit & (row.quiet | row.oneWitness | row.unrepairable) != 0 {
                complaints.append("\(member.symbol) \(minute) is held and something else besides")
            }
        }
        if row.sampled & ~row.present | row.healed & ~row.present | row.quiet & ~expected != 0 {
            complaints.append("\(member.symbol) \(hour): a mask is no part of the one it belongs to")
        }
        return complaints
    }

    /// After the faults every expected slot is known, but for those whose second witness is not due.
    func unhealed(_ coverage: CoverageIndex, _ table: WarehouseTable, at now: MarketTime) -> [String] {
        scenario.universe.members.flatMap { member -> [String] in
            let last = min(member.lifetime.upperBound, now.minute)
            guard member.lifetime.lowerBound < last else { return [] }
            return (member.lifetime.lowerBound..<last).hours.flatMap { hour in
                let verdicts = coverage.verdicts(member, hour, in: scenario.universe, now: now)
                return hour.minutes.compactMap { unhealed($0, verdicts, member.symbol, table, now) }
            }
        }
    }

    private func unhealed(
        _ minute: Minute, _ verdicts: VerdictMasks, _ symbol: SymbolName, _ table: WarehouseTable, _ now: MarketTime
    ) -> String? {
        switch verdicts.verdict(at: minute.offset) {
        case nil, .present, .quiet: return nil
        case .unrepairable: return "\(symbol) \(minute) is still given up"
        case .missing:
            // The last minutes may still wait for company.
            return now - minute.end < .minutes(12) ? nil : "\(symbol) \(minute) is still missing"
        case .pending:
            let witnessed = table.notes[symbol.text]?[minute.index]?.witnessed ?? 0
            let since = witnessed == 0 ? minute.end : MarketTime(microseconds: witnessed)
            return now - since < .minutes(80) ? nil : "\(symbol) \(minute) still waits for its second witness"
        }
    }
}
