package import Engine

/// Derived rows from curated bars: one row and the canonical bytes of its inputs, whose SHA-256 is the row's digest.
///
/// Only expected slots enter; an extra never does. All sums run in minute order, so the same inputs give the same bits.
/// A candle's VWAP weighs its typical price (high + low + close) / 3, as is usual where trades are not at hand, by its
/// volume. Realised variance is the sum of squared log returns between consecutive closes held (T. G. Andersen and
/// T. Bollerslev, 1998). Where any input is a sample there is no volume, VWAP, high or low, because a quote has none.
package enum DerivedFacts {
    /// A row without its digest, and the canonical form of its inputs.
    package struct Built: Hashable, Sendable {
        package var row: DerivedRow
        package var canonical: [UInt8]
        /// The first close held of the span; with the last one the member's return within it.
        package var firstClose: Double?
    }

    /// The row of a clock hour; nil where no slot of it is expected. `bars` may hold more than the hour.
    package static func hourly(
        member: UniverseMember, hour: Hour, bars: [BarRow], masks: PartitionMasks, universe: Universe, now: MarketTime
    ) -> Built? {
        build(
            .hourly, member, hour.minutes, bars: bars,
            [(hour, universe.expectedMask(member, hour), masks)], now: now)
    }

    /// The row of a session (of a 24x7 symbol: a UTC day); nil where no slot of it is expected. `masks` are those of its
    /// hours that exist.
    package static func session(
        member: UniverseMember, session: Session, bars: [BarRow], masks: [(hour: Hour, masks: PartitionMasks)],
        universe: Universe, now: MarketTime
    ) -> Built? {
        let parts = session.minutes.hours.map { hour in
            let held = masks.first { $0.hour == hour }?.masks ?? PartitionMasks()
            return (hour, universe.expectedMask(member, hour) & hour.mask(of: session.minutes), held)
        }
        return build(.session, member, session.minutes, bars: bars, parts, now: now)
    }

    private static func build(
        _ span: DerivedSpan, _ member: UniverseMember, _ minutes: Range<Minute>, bars: [BarRow],
        _ parts: [(Hour, UInt64, PartitionMasks)], now: MarketTime
    ) -> Built? {
        var counts = SpanCounts()
        for (_, expected, masks) in parts { counts.add(masks, expected: expected) }
        guard counts.expected > 0 else { return nil }
        let inputs = inputs(bars, of: member.symbol, parts)
        let figures = BarFigures(inputs)
        var row = DerivedRow(
            span: span, symbol: member.symbol.text, start: minutes.lowerBound.index, end: minutes.upperBound.index)
        figures.enter(&row)
        counts.enter(&row)
        row.completeness = Completeness(counts, end: minutes.upperBound, now: now).rawValue
        var canonical = CanonicalForm(span, row)
        for (hour, expected, masks) in parts { canonical.add(hour, expected: expected, masks) }
        canonical.add(inputs)
        return Built(row: row, canonical: canonical.bytes, firstClose: inputs.first?.close)
    }

    /// The bars of expected present slots, in minute order.
    private static func inputs(
        _ bars: [BarRow], of symbol: SymbolName, _ parts: [(Hour, UInt64, PartitionMasks)]
    ) -> [BarRow] {
        guard let first = parts.first?.0, let last = parts.last?.0 else { return [] }
        let chosen = bars.filter { bar in
            let minute = Minute(bar.minute)
            guard bar.symbol == symbol.text, minute.hour >= first, minute.hour <= last else { return false }
            let (_, expected, masks) = parts[first.distance(to: minute.hour)]
            return expected & masks.present & minute.bit != 0
        }
        for index in chosen.indices.dropFirst() where chosen[index].minute < chosen[index - 1].minute {
            return chosen.sorted { $0.minute < $1.minute }
        }
        return chosen
    }
}

/// How complete a derived row is.
package enum Completeness: String, Hashable, Sendable, CaseIterable {
    /// Its time, or the grace of its last slot, is not over.
    case open
    /// A slot is neither held nor quiet.
    case holed
    /// Every slot is held or quiet.
    case whole
    /// Whole, of candles only, and every slot asked once more after its session.
    case settled

    init(_ counts: SpanCounts, end: Minute, now: MarketTime) {
        if end.start + CoverageIndex.grace > now {
            self = .open
        } else if counts.present + counts.quiet < counts.expected {
            self = .holed
        } else {
            self = counts.sampled == 0 && counts.settled == counts.expected ? .settled : .whole
        }
    }
}

/// Slots of a span by what is known of them; only expected slots count.
struct SpanCounts {
    var expected = 0
    var present = 0
    var quiet = 0
    var sampled = 0
    var healed = 0
    var revised = 0
    var settled = 0

    mutating func add(_ masks: PartitionMasks, expected: UInt64) {
        let present = expected & masks.present
        self.expected += expected.nonzeroBitCount
        self.present += present.nonzeroBitCount
        quiet += (expected & ~masks.present & masks.quiet).nonzeroBitCount
        sampled += (present & masks.sampled).nonzeroBitCount
        healed += (present & masks.healed).nonzeroBitCount
        revised += (present & masks.revised).nonzeroBitCount
        settled += (expected & masks.settled).nonzeroBitCount
    }

    func enter(_ row: inout DerivedRow) {
        row.expected = expected
        row.present = present
        row.quiet = quiet
        row.sampled = sampled
        row.healed = healed
        row.revised = revised
    }
}
