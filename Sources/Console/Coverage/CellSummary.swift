import Pipeline

/// What one cell of the coverage says, whatever span of time it stands for.
struct CellSummary: Hashable, Sendable {
    var counts = SlotCounts()
    /// Missing or unrepairable slots under repair.
    var repairing = 0
    /// Slots seen to heal lately.
    var fresh = 0
    var revised = 0
    /// Some of it was not loaded: nothing may be said about it.
    var unknown = false

    /// The state that wins the glyph, worst first.
    var state: CellState {
        if counts.expected == 0 { return .closed }
        if unknown { return .unknown }
        if counts.unrepairable > 0 { return .unrepairable }
        if counts.missing > repairing { return .missing }
        if repairing > 0 { return .repairing }
        if counts.pending == counts.expected { return .pending }
        if fresh > 0 { return .fresh }
        if counts.healed > 0 { return .seam }
        if revised > 0 { return .revised }
        return counts.quiet > 0 ? .quiet : .whole
    }

    /// Share of what is due that is present or quiet.
    var share: Double { counts.coverage ?? 1 }
}

/// The states of a cell; each has a glyph of its own.
enum CellState: Hashable, Sendable, CaseIterable {
    /// No slot is expected.
    case closed
    /// Not loaded yet.
    case unknown
    case unrepairable, missing, repairing, pending
    /// Healed while the console watched.
    case fresh
    /// Healed before.
    case seam
    /// The vendor changed its mind.
    case revised
    case quiet, whole
}

/// How long what healed stays bright, in market seconds: about half a session.
private let freshSeconds: Int64 = 4 * 3600

extension ConsoleState {
    /// The slots of an hour that are not past their grace, those that have not ended among them.
    func young(_ hour: Hour) -> UInt64 {
        ~mask(of: Minute(.min / 64)..<(now - CoverageIndex.grace).minute, in: hour)
    }

    /// The slots that are expected of a symbol in one hour of a column.
    func expected(_ member: UniverseMember, _ column: AxisColumn, _ hour: Hour) -> UInt64 {
        column.expectedMask(hour) & mask(of: member.lifetime, in: hour)
    }

    /// One cell.
    func summary(_ member: UniverseMember, _ column: AxisColumn) -> CellSummary {
        let row = cells.row(member.symbol)
        return summary(member, column, row: row, repairing: repairing[member.symbol])
    }

    /// One cell of a row whose partitions were looked up once for all its cells.
    func summary(
        _ member: UniverseMember, _ column: AxisColumn, row: KnownRow?, repairing: [Int64: UInt64]?
    ) -> CellSummary {
        var result = CellSummary()
        let span = column.expected
        guard !span.isEmpty else { return result }
        if zoom == .year, repairing == nil, column.minutes == column.session.minutes,
            let sum = row?.sessions[column.session.date.dayNumber]
        {
            return sum
        }
        let hours = span.lowerBound.hour.index...Minute(span.upperBound.index - 1).hour.index
        if !(row?.hours.overlaps(Hour(hours.lowerBound)..<Hour(hours.upperBound + 1)) ?? false) {
            // Nothing of it was read: a year of such cells must not be gone through hour by hour.
            result.counts.expected = span.clamped(to: member.lifetime).count
            result.unknown = result.counts.expected > 0
            return result
        }
        for index in hours {
            let hour = Hour(index)
            let expected = expected(member, column, hour)
            guard expected != 0 else { continue }
            guard let row, row.hours.contains(hour) else {
                result.counts.expected += expected.nonzeroBitCount
                result.unknown = true
                continue
            }
            add(row[index], expected, hour, repairing?[index] ?? 0, to: &result)
        }
        return result
    }

    private func add(
        _ cell: StoredCell, _ expected: UInt64, _ hour: Hour, _ repairing: UInt64, to result: inout CellSummary
    ) {
        let verdicts = cell.masks.verdicts(expected: expected, young: young(hour))
        result.counts += verdicts.counts
        result.repairing += (repairing & (verdicts.missing | verdicts.unrepairable)).nonzeroBitCount
        result.revised += (cell.masks.revised & verdicts.present).nonzeroBitCount
        if now.seconds - cell.freshSeconds <= freshSeconds {
            result.fresh += (cell.fresh & verdicts.healed).nonzeroBitCount
        }
    }

    /// The verdicts of one partition; nil where it was not loaded.
    func verdicts(_ member: UniverseMember, _ hour: Hour) -> VerdictMasks? {
        guard let cell = cells.cell(member.symbol, hour) else { return nil }
        let axis = CoverageAxis(member.calendar, zoom: .day)
        var expected: UInt64 = 0
        if let column = axis.column(at: Minute(hour.firstMinute.index + 59)), column.minutes == hour.minutes {
            expected = self.expected(member, column, hour)
        } else if let column = axis.column(at: hour.firstMinute), column.minutes == hour.minutes {
            expected = self.expected(member, column, hour)
        }
        return cell.masks.verdicts(expected: expected, young: young(hour))
    }
}
