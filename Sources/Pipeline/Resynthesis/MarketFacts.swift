package import Engine

extension DerivedFacts {
    /// The row of a clock hour over all members of one calendar, from their hourly rows: the mean of the log returns from
    /// each member's first to its last close held, how many rose and fell, and the slots of all. Nil where no member
    /// expects a slot. `hourly` may come in any order.
    package static func market(calendar: CalendarName, hour: Hour, hourly: [Built]) -> Built? {
        let members = hourly.sorted { $0.row.symbol < $1.row.symbol }
        var row = DerivedRow(
            span: .market, symbol: calendar.rawValue, start: hour.minutes.lowerBound.index,
            end: hour.minutes.upperBound.index)
        for member in members { row.count(member.row) }
        guard row.expected > 0 else { return nil }
        row.enter(members.compactMap { logReturn(from: $0.firstClose, to: $0.row.close) })
        row.completeness = completeness(of: members.map(\.row)).rawValue
        var canonical = CanonicalForm(.market, row)
        for member in members { canonical.add(member) }
        return Built(row: row, canonical: canonical.bytes)
    }

    /// What the row of a market hour would count of the slots as they are held now; nil where no member expects a slot.
    /// `masks` are those of the hour, of any symbols.
    package static func marketCounts(
        _ calendar: CalendarName, _ hour: Hour, masks: [MaskRow], universe: Universe
    ) -> SlotCounts? {
        let held = Dictionary(
            masks.filter { $0.hour == hour.index }.map { ($0.symbol, PartitionMasks($0)) },
            uniquingKeysWith: { first, _ in first })
        var counts = SpanCounts()
        for member in universe.members where member.calendar == calendar {
            counts.add(
                held[member.symbol.text] ?? PartitionMasks(), expected: universe.expectedMask(member, hour))
        }
        guard counts.expected > 0 else { return nil }
        var sum = SlotCounts()
        (sum.expected, sum.present, sum.quiet) = (counts.expected, counts.present, counts.quiet)
        (sum.healed, sum.sampled) = (counts.healed, counts.sampled)
        return sum
    }

    /// No market hour is more complete than the least complete of its members.
    private static func completeness(of rows: [DerivedRow]) -> Completeness {
        let words = rows.map(\.completeness)
        return Completeness.allCases.first { words.contains($0.rawValue) } ?? .open
    }
}

extension DerivedRow {
    fileprivate mutating func count(_ member: DerivedRow) {
        expected += member.expected
        present += member.present
        quiet += member.quiet
        sampled += member.sampled
        healed += member.healed
        revised += member.revised
    }

    fileprivate mutating func enter(_ returns: [Double]) {
        rose = returns.count { $0 > 0 }
        fell = returns.count { $0 < 0 }
        guard !returns.isEmpty else { return }
        meanLogReturn = returns.reduce(0, +) / Double(returns.count)
    }
}

extension CanonicalForm {
    fileprivate mutating func add(_ member: DerivedFacts.Built) {
        text(member.row.symbol)
        text("\(member.row.expected) \(member.row.present) \(member.row.quiet) \(member.row.sampled)")
        text(member.row.completeness)
        optional(member.firstClose)
        optional(member.row.close)
    }
}
