package import Engine

/// What is known of one slot. There is never a sixth, and nothing unknown is ever well.
package enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// A bar is held.
    case present
    /// Younger than the grace, or holding one of two witnesses of quiet.
    case pending
    /// Expected, past its grace, and not held.
    case missing
    /// Proved to have had no trade.
    case quiet
    /// Attempts are spent or the source refuses.
    case unrepairable
}

/// The stored masks of one partition; bit n is minute n of the hour. Missing and pending are computed at reading.
package struct PartitionMasks: Hashable, Sendable {
    package var present: UInt64 = 0
    package var sampled: UInt64 = 0
    package var quiet: UInt64 = 0
    package var oneWitness: UInt64 = 0
    package var unrepairable: UInt64 = 0
    package var healed: UInt64 = 0
    package var settled: UInt64 = 0
    package var revised: UInt64 = 0

    package init() {}

    package init(_ row: MaskRow) {
        present = row.present
        sampled = row.sampled
        quiet = row.quiet
        oneWitness = row.oneWitness
        unrepairable = row.unrepairable
        healed = row.healed
        settled = row.settled
        revised = row.revised
    }

    package func row(symbol: SymbolName, hour: Hour) -> MaskRow {
        MaskRow(
            symbol: symbol.text, hour: hour.index, present: present, sampled: sampled, quiet: quiet,
            oneWitness: oneWitness, unrepairable: unrepairable, healed: healed,
            settled: settled, revised: revised)
    }

    /// Splits the expected slots of the partition into the five verdicts; `young` are the slots younger than the grace.
    package func verdicts(expected: UInt64, young: UInt64) -> VerdictMasks {
        var rest = expected
        func take(_ mask: UInt64) -> UInt64 {
            let taken = rest & mask
            rest &= ~mask
            return taken
        }
        let present = take(self.present)
        let quiet = take(self.quiet)
        let unrepairable = take(self.unrepairable)
        let pending = take(oneWitness | young)
        return VerdictMasks(
            expected: expected, present: present, pending: pending, missing: rest, quiet: quiet,
            unrepairable: unrepairable, healed: present & healed, sampled: present & sampled)
    }
}

/// The expected slots of one partition by verdict; the five verdicts are disjoint and add up to `expected`.
package struct VerdictMasks: Hashable, Sendable {
    package var expected: UInt64
    package var present: UInt64
    package var pending: UInt64
    package var missing: UInt64
    package var quiet: UInt64
    package var unrepairable: UInt64
    /// A subset of `present`.
    package var healed: UInt64
    /// A subset of `present`.
    package var sampled: UInt64

    package init(
        expected: UInt64, present: UInt64, pending: UInt64, missing: UInt64, quiet: UInt64, unrepairable: UInt64,
        healed: UInt64, sampled: UInt64
    ) {
        self.expected = expected
        self.present = present
        self.pending = pending
        self.missing = missing
        self.quiet = quiet
        self.unrepairable = unrepairable
        self.healed = healed
        self.sampled = sampled
    }

    /// The verdict of minute `offset`, or nil where the slot is not expected.
    package func verdict(at offset: Int) -> Verdict? {
        let bit: UInt64 = 1 << UInt64(offset)
        if present & bit != 0 { return .present }
        if quiet & bit != 0 { return .quiet }
        if unrepairable & bit != 0 { return .unrepairable }
        if pending & bit != 0 { return .pending }
        return missing & bit != 0 ? .missing : nil
    }

    package var counts: SlotCounts {
        SlotCounts(
            expected: expected.nonzeroBitCount, present: present.nonzeroBitCount, pending: pending.nonzeroBitCount,
            missing: missing.nonzeroBitCount, quiet: quiet.nonzeroBitCount, unrepairable: unrepairable.nonzeroBitCount,
            healed: healed.nonzeroBitCount, sampled: sampled.nonzeroBitCount)
    }
}

/// Slots by verdict; the five verdicts add up to `expected`.
package struct SlotCounts: Hashable, Sendable, Codable {
    package var expected = 0
    package var present = 0
    package var pending = 0
    package var missing = 0
    package var quiet = 0
    package var unrepairable = 0
    package var healed = 0
    package var sampled = 0

    package init() {}

    package init(
        expected: Int, present: Int, pending: Int, missing: Int, quiet: Int, unrepairable: Int, healed: Int,
        sampled: Int
    ) {
        self.expected = expected
        self.present = present
        self.pending = pending
        self.missing = missing
        self.quiet = quiet
        self.unrepairable = unrepairable
        self.healed = healed
        self.sampled = sampled
    }

    /// (present + quiet) / (expected − pending), from 0 to 1; nil where nothing is due yet.
    package var coverage: Double? {
        let due = expected - pending
        return due > 0 ? Double(present + quiet) / Double(due) : nil
    }

    package static func += (left: inout Self, right: Self) {
        left.expected += right.expected
        left.present += right.present
        left.pending += right.pending
        left.missing += right.missing
        left.quiet += right.quiet
        left.unrepairable += right.unrepairable
        left.healed += right.healed
        left.sampled += right.sampled
    }
}
