package import Engine

/// The masks of everything retained, and what they say of the slots expected. A large value: passed `inout` or read in
/// place, never part of a status.
package struct CoverageIndex: Sendable {
    /// How long after its end a slot that is not held is pending and not yet missing.
    package static let grace = MarketSpan.minutes(2)

    /// The greatest version among the rows applied; 0 at first.
    package private(set) var version: Int64 = 0
    private var lanes: [CoverageLane] = []
    private var pool = MaskPool()
    /// Place of each symbol in `lanes`; looked up, never iterated.
    private var places: [String: Int] = [:]

    package init() {}

    /// Replaces the masks of one partition.
    package mutating func apply(_ row: MaskRow) {
        version = max(version, row.version)
        let place = places[row.symbol] ?? lanes.count
        if place == lanes.count {
            lanes.append(CoverageLane())
            places[row.symbol] = place
        }
        lanes[place].set(Hour(row.hour), PartitionMasks(row), in: &pool)
    }

    /// The stored masks of one partition; empty where nothing is known of it.
    package subscript(symbol: SymbolName, hour: Hour) -> PartitionMasks {
        places[symbol.text].map { pool[lanes[$0][hour]] } ?? PartitionMasks()
    }

    private func masks(of symbol: SymbolName) -> SymbolMasks? {
        places[symbol.text].map { SymbolMasks(lanes[$0], in: pool) }
    }

    /// The slots of a partition by verdict. A slot is expected from its end on, and young for the grace after it.
    package func verdicts(
        _ member: UniverseMember, _ hour: Hour, in universe: Universe, now: MarketTime
    ) -> VerdictMasks {
        SlotClock(now).verdicts(self[member.symbol, hour], of: hour, expected: universe.expectedMask(member, hour))
    }

    /// The slots of some hours of one symbol, counted.
    package func counts(
        _ member: UniverseMember, hours: Range<Hour>, in universe: Universe, now: MarketTime
    ) -> SlotCounts {
        let clock = SlotClock(now)
        let masks = masks(of: member.symbol) ?? SymbolMasks()
        var counts = SlotCounts()
        TradingCalendar.named(member.calendar).eachExpectedHour(in: clock.begun(hours, of: member)) { hour, open in
            let verdicts = clock.verdicts(masks[hour], of: hour, expected: open & hour.mask(of: member.lifetime))
            counts.add(verdicts)
        }
        return counts
    }

    /// Every slot expected so far of every member, counted.
    package func counts(in universe: Universe, now: MarketTime) -> SlotCounts {
        var total = SlotCounts()
        for member in universe.members {
            total += counts(member, hours: CoverageLane.keptHours, in: universe, now: now)
        }
        return total
    }

    /// The gaps of one symbol within a range of minutes, ascending; one that reaches beyond the range is cut at it.
    package func gaps(
        _ member: UniverseMember, minutes: Range<Minute>, in universe: Universe, now: MarketTime
    ) -> [Gap] {
        let clock = SlotClock(now)
        let masks = masks(of: member.symbol) ?? SymbolMasks()
        let asked = minutes.clamped(to: member.lifetime)
        var collector = GapCollector(symbol: member.symbol)
        for session in TradingCalendar.named(member.calendar).sessions(overlapping: asked) {
            let part = session.minutes.clamped(to: asked)
            collector.begin(part)
            for hour in part.hours {
                collector.add(clock.verdicts(masks[hour], of: hour, expected: hour.mask(of: part)), of: hour)
            }
        }
        return collector.gaps
    }

    /// The nearest slot held at a minute or before it, but not before `first`.
    package func lastPresent(
        _ symbol: SymbolName, atOrBefore minute: Minute, from first: Minute = Minute(0)
    ) -> Minute? {
        guard first <= minute, let masks = masks(of: symbol) else { return nil }
        let asked = (first..<min(minute, Minute(.max - 1)).advanced(by: 1)).clamped(to: masks.minutes)
        for hour in asked.hours.reversed() {
            let held = masks[hour].present & hour.mask(of: asked)
            if held != 0 { return hour.firstMinute.advanced(by: 63 - held.leadingZeroBitCount) }
        }
        return nil
    }

    /// The nearest slot held at a minute or after it, but before `end`.
    package func firstPresent(_ symbol: SymbolName, atOrAfter minute: Minute, before end: Minute) -> Minute? {
        guard minute < end, let masks = masks(of: symbol) else { return nil }
        let asked = (minute..<end).clamped(to: masks.minutes)
        for hour in asked.hours {
            let held = masks[hour].present & hour.mask(of: asked)
            if held != 0 { return hour.firstMinute.advanced(by: held.trailingZeroBitCount) }
        }
        return nil
    }
}
