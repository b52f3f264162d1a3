import Codec
package import Engine
package import Pipeline

/// Builds derived rows from what is curated, and says which stored rows are not what would be built now.
package struct FactBuilder: Sendable {
    private let warehouse: any WarehouseReader
    private let universe: Universe

    package init(_ warehouse: any WarehouseReader, _ universe: Universe) {
        self.warehouse = warehouse
        self.universe = universe
    }

    /// The rows as they must be at `now`. Targets of one symbol that follow one another share one read.
    package func build(_ targets: [DerivedTarget], now: MarketTime) async throws(EngineError) -> [DerivedRow] {
        var rows: [DerivedRow] = []
        for group in Self.groups(targets) {
            guard let member = universe.member(group.symbol) else { continue }
            let minutes = group.minutes
            let bars = try await warehouse.bars(
                group.symbol.text, minutes: minutes.lowerBound.index..<minutes.upperBound.index)
            let masks = try await warehouse.masks(
                [group.symbol.text],
                hours: minutes.lowerBound.hour.index..<minutes.upperBound.advanced(by: -1).hour.index + 1)
            for target in group.targets {
                guard let row = row(target, member, bars: bars, masks: masks, now: now) else { continue }
                rows.append(row)
            }
        }
        return rows
    }

    /// The targets whose stored row is absent or differs in any field.
    package func stale(_ targets: [DerivedTarget], now: MarketTime) async throws(EngineError) -> [DerivedTarget] {
        let wanted = try await build(targets, now: now)
        var stale: [DerivedTarget] = []
        for group in Self.groups(targets) {
            let range = group.minutes.lowerBound.index..<group.minutes.upperBound.index
            var stored: [DerivedRow] = []
            for span in [DerivedSpan.hourly, .session] where group.targets.contains(where: { $0.span == span }) {
                stored += try await warehouse.derived(span, symbol: group.symbol.text, minutes: range)
            }
            for target in group.targets {
                let should = wanted.first { Self.isRow($0, of: target) }
                if should != stored.first(where: { Self.isRow($0, of: target) }) { stale.append(target) }
            }
        }
        return stale
    }

    private static func isRow(_ row: DerivedRow, of target: DerivedTarget) -> Bool {
        row.span == target.span && row.symbol == target.symbol.text && row.start == target.minutes.lowerBound.index
    }

    private struct Group {
        var symbol: SymbolName
        var minutes: Range<Minute>
        var targets: [DerivedTarget]
    }

    /// Runs of targets of one symbol that span at most two days.
    private static func groups(_ targets: [DerivedTarget]) -> [Group] {
        var groups: [Group] = []
        for target in targets {
            if var last = groups.last, last.symbol == target.symbol {
                let from = min(last.minutes.lowerBound, target.minutes.lowerBound)
                let to = max(last.minutes.upperBound, target.minutes.upperBound)
                if from.distance(to: to) <= 2 * 1440 {
                    last.minutes = from..<to
                    last.targets.append(target)
                    groups[groups.count - 1] = last
                    continue
                }
            }
            groups.append(Group(symbol: target.symbol, minutes: target.minutes, targets: [target]))
        }
        return groups
    }

    private func row(
        _ target: DerivedTarget, _ member: UniverseMember, bars: [BarRow], masks: [MaskRow], now: MarketTime
    ) -> DerivedRow? {
        let range = target.minutes.lowerBound.index..<target.minutes.upperBound.index
        let inside = bars.filter { range.contains($0.minute) }
        let built: DerivedFacts.Built?
        switch target.span {
        case .hourly:
            let hour = target.minutes.lowerBound.hour
            let mask = masks.first { $0.hour == hour.index }.map(PartitionMasks.init) ?? PartitionMasks()
            built = DerivedFacts.hourly(
                member: member, hour: hour, bars: inside, masks: mask, universe: universe, now: now)
        case .session:
            let calendar = TradingCalendar.named(member.calendar)
            guard let session = calendar.session(containing: target.minutes.lowerBound) else { return nil }
            let parts = masks.filter { $0.hour * 60 < range.upperBound && $0.hour * 60 + 60 > range.lowerBound }
                .map { (Hour($0.hour), PartitionMasks($0)) }
            built = DerivedFacts.session(
                member: member, session: session, bars: inside, masks: parts, universe: universe, now: now)
        case .market: return nil
        }
        guard let built else { return nil }
        var row = built.row
        row.digest = SHA256Digest.hex(built.canonical)
        return row
    }
}
