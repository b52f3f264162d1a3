import Pipeline
import Testing

@Suite struct VerdictTests {
    private func masks(_ random: inout Mixer) -> PartitionMasks {
        var masks = PartitionMasks()
        masks.present = random.mask()
        masks.sampled = masks.present & random.mask()
        masks.quiet = random.mask()
        masks.oneWitness = random.mask()
        masks.unrepairable = random.mask()
        masks.healed = masks.present & random.mask()
        return masks
    }

    @Test func theFiveVerdictsAreDisjointAndAddUpToWhatIsExpected() {
        var random = Mixer(seed: 11)
        for _ in 0..<5_000 {
            let verdicts = masks(&random).verdicts(expected: random.mask(), young: random.mask())
            let five = [
                verdicts.present, verdicts.pending, verdicts.missing, verdicts.quiet, verdicts.unrepairable,
            ]
            #expect(five.reduce(0, |) == verdicts.expected)
            #expect(five.map(\.nonzeroBitCount).reduce(0, +) == verdicts.expected.nonzeroBitCount)
            let counts = verdicts.counts
            #expect(
                counts.present + counts.pending + counts.missing + counts.quiet + counts.unrepairable == counts.expected
            )
            #expect(verdicts.healed & ~verdicts.present == 0 && verdicts.sampled & ~verdicts.present == 0)
        }
    }

    @Test func eachSlotHasTheVerdictItsBitsCallFor() {
        var random = Mixer(seed: 12)
        for _ in 0..<500 {
            let masks = masks(&random)
            let (expected, young) = (random.mask(), random.mask())
            let verdicts = masks.verdicts(expected: expected, young: young)
            for offset in 0..<60 {
                func has(_ mask: UInt64) -> Bool { mask >> UInt64(offset) & 1 == 1 }
                var verdict: Verdict? = has(expected) ? .missing : nil
                // From the weakest claim to the strongest; the last that holds counts.
                for (mask, claim) in [
                    (young | masks.oneWitness, Verdict.pending), (masks.unrepairable, .unrepairable),
                    (masks.quiet, .quiet), (masks.present, .present),
                ] where verdict != nil && has(mask) { verdict = claim }
                #expect(verdicts.verdict(at: offset) == verdict)
            }
        }
    }

    @Test func coverageCountsWhatIsDue() {
        var counts = SlotCounts()
        #expect(counts.coverage == nil)
        counts = SlotCounts(
            expected: 10, present: 3, pending: 2, missing: 2, quiet: 1, unrepairable: 2, healed: 1, sampled: 1)
        #expect(counts.coverage == 0.5)
        counts += counts
        #expect(counts.coverage == 0.5 && counts.expected == 20)
    }
}
