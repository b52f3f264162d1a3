/// Which slots have ended, and which are past their grace, at one moment.
struct SlotClock {
    /// The first minute that has not ended.
    let unfinished: Minute
    /// The first minute that is not past its grace.
    let young: Minute

    init(_ now: MarketTime) {
        unfinished = now.minute
        young = (now - CoverageIndex.grace).minute
    }

    /// The slots of a partition by verdict; those that have not ended are not expected yet.
    func verdicts(_ masks: PartitionMasks, of hour: Hour, expected: UInt64) -> VerdictMasks {
        let first = hour.firstMinute.index
        let ended = Hour.slots(before: unfinished.index - first)
        return masks.verdicts(expected: expected & ended, young: ~Hour.slots(before: young.index - first))
    }

    /// The hours among those given in which a slot of the member may have ended.
    func begun(_ hours: Range<Hour>, of member: UniverseMember) -> Range<Hour> {
        let life = member.lifetime.clamped(to: member.lifetime.lowerBound..<max(member.lifetime.lowerBound, unfinished))
        guard !life.isEmpty else { return hours.lowerBound..<hours.lowerBound }
        return hours.clamped(to: life.hours)
    }
}

extension SlotCounts {
    /// Adds the slots of one partition. Most are present and nothing else, so most masks are empty: counting bits is the
    /// dear part where the processor's own instruction may not be used.
    mutating func add(_ masks: VerdictMasks) {
        func count(_ mask: UInt64) -> Int { mask == 0 ? 0 : mask.nonzeroBitCount }
        let expected = count(masks.expected)
        self.expected += expected
        present += masks.present == masks.expected ? expected : count(masks.present)
        pending += count(masks.pending)
        missing += count(masks.missing)
        quiet += count(masks.quiet)
        unrepairable += count(masks.unrepairable)
        healed += count(masks.healed)
        // In a capture by quotes nearly every slot held is a sample.
        sampled += masks.sampled == masks.expected ? expected : count(masks.sampled)
    }
}
