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

    /// The rows as they must be at `now`. Targets of one symbol or calendar that follow one another share one read.
    package func build(_ targets: [DerivedTarget], now: MarketTime) async throws(EngineError) -> [DerivedRow] {
        var rows: [DerivedRow] = []
        for group in Self.groups(targets) {
            rows += group.isOfMarket ? try await marketRows(group, now: now) : try await rowsOfSymbol(group, now: now)
        }
        return rows
    }

    /// The targets whose stored row is absent or differs in any field.
    package func stale(_ targets: [DerivedTarget], now: MarketTime) async throws(EngineError) -> [DerivedTarget] {
        let wanted = Dictionary(try await build(targets, now: now).map { (Place($0), $0) }) { first, _ in first }
        var stale: [DerivedTarget] = []
        for group in Self.groups(targets) {
            let range = group.minutes.lowerBound.index..<group.minutes.upperBound.index
            var stored: [Place: DerivedRow] = [:]
            for span in DerivedSpan.allCases where group.targets.contains(where: { $0.span == span }) {
                for row in try await warehouse.derived(span, symbol: group.symbol.text, minutes: range) {
                    stored[Place(row)] = row
                }
            }
            for target in group.targets where wanted[Place(target)] != stored[Place(target)] { stale.append(target) }
        }
        return stale
    }

    /// What names a derived row.
    struct Place: Hashable {
        private var span: DerivedSpan
        private var symbol: String
        private var start: Int64

        init(_ row: DerivedRow) {
            span = row.span
            symbol = row.symbol
            start = row.start
        }

        init(_ target: DerivedTarget) {
            span = target.span
            symbol = target.symbol.text
            start = target.minutes.lowerBound.index
        }
    }

    private struct Group {
        /// The symbol; of market hours, the name of the calendar.
        var symbol: SymbolName
        var isOfMarket: Bool
        var minutes: Range<Minute>
        var targets: [DerivedTarget]
    }

    /// Runs of targets of one symbol or one calendar that span at most two days.
    private static func groups(_ targets: [DerivedTarget]) -> [Group] {
        var groups: [Group] = []
        for target in targets {
            let isOfMarket = target.span == .market
            if var last = groups.last, last.symbol == target.symbol, last.isOfMarket == isOfMarket {
                let from = min(last.minutes.lowerBound, target.minutes.lowerBound)
                let to = max(last.minutes.upperBound, target.minutes.upperBound)
                if from.distance(to: to) <= 2 * 1440 {
                    last.minutes = from..<to
                    last.targets.append(target)
                    groups[groups.count - 1] = last
                    continue
                }
            }
            groups.append(
                Group(symbol: target.symbol, isOfMarket: isOfMarket, minutes: target.minutes, targets: [target]))
        }
        return groups
    }

    private static func row(_ built: DerivedFacts.Built) -> DerivedRow {
        var row = built.row
        row.digest = SHA256Digest.hex(built.canonical)
        return row
    }

    // MARK: Rows of one symbol

    private func rowsOfSymbol(_ group: Group, now: MarketTime) async throws(EngineError) -> [DerivedRow] {
        guard let member = universe.member(group.symbol) else { return [] }
        let hours = group.minutes.hours
        let bars = try await warehouse.bars(
            group.symbol.text, minutes: group.minutes.lowerBound.index..<group.minutes.upperBound.index)
        let masks = try await warehouse.masks(
            [group.symbol.text], hours: hours.lowerBound.index..<hours.upperBound.index)
        return group.targets.compactMap { target in
            built(target, member, bars: bars, masks: masks, now: now).map(Self.row)
        }
    }

    private func built(
        _ target: DerivedTarget, _ member: UniverseMember, bars: [BarRow], masks: [MaskRow], now: MarketTime
    ) -> DerivedFacts.Built? {
        let range = target.minutes.lowerBound.index..<target.minutes.upperBound.index
        let inside = bars.filter { range.contains($0.minute) }
        switch target.span {
        case .hourly:
            let hour = target.minutes.lowerBound.hour
            let mask = masks.first { $0.hour == hour.index }.map(PartitionMasks.init) ?? PartitionMasks()
            return DerivedFacts.hourly(
                member: member, hour: hour, bars: inside, masks: mask, universe: universe, now: now)
        case .session:
            let calendar = TradingCalendar.named(member.calendar)
            guard let session = calendar.session(containing: target.minutes.lowerBound) else { return nil }
            let parts = masks.filter { $0.hour * 60 < range.upperBound && $0.hour * 60 + 60 > range.lowerBound }
                .map { (Hour($0.hour), PartitionMasks($0)) }
            return DerivedFacts.session(
                member: member, session: session, bars: inside, masks: parts, universe: universe, now: now)
        case .market: return nil
        }
    }

    // MARK: Market hours

    /// The hours of one calendar. Every member that expects a slot in any of them is read once; of its hours only what the
    /// market wants of them is kept, so that many members are no more than their hourly rows.
    private func marketRows(_ group: Group, now: MarketTime) async throws(EngineError) -> [DerivedRow] {
        guard let calendar = CalendarName(rawValue: group.symbol.text) else { return [] }
        let hours = group.targets.map(\.minutes.lowerBound.hour)
        let range = group.minutes.hours
        var masks: [String: [Int64: PartitionMasks]] = [:]
        for row in try await warehouse.masks([], hours: range.lowerBound.index..<range.upperBound.index) {
            masks[row.symbol, default: [:]][row.hour] = PartitionMasks(row)
        }
        var parts = [[DerivedFacts.Built]](repeating: [], count: hours.count)
        for member in universe.members where member.calendar == calendar {
            let expecting = hours.indices.filter { universe.expectedMask(member, hours[$0]) != 0 }
            guard !expecting.isEmpty else { continue }
            let bars = try await warehouse.bars(
                member.symbol.text, minutes: range.lowerBound.firstMinute.index..<range.upperBound.firstMinute.index)
            let byHour = Dictionary(grouping: bars) { Minute($0.minute).hour }
            for place in expecting {
                let hour = hours[place]
                var built = DerivedFacts.hourly(
                    member: member, hour: hour, bars: byHour[hour] ?? [],
                    masks: masks[member.symbol.text]?[hour.index] ?? PartitionMasks(), universe: universe, now: now)
                built?.canonical = []
                if let built { parts[place].append(built) }
            }
        }
        return hours.indices.compactMap { place in
            DerivedFacts.market(calendar: calendar, hour: hours[place], hourly: parts[place]).map(Self.row)
        }
    }
}
