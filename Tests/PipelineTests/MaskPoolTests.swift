import Pipeline
import Testing

struct MaskPoolTests {
    /// Few different masks, so that they meet again and again.
    private func masks(_ random: inout Mixer) -> PartitionMasks {
        var masks = PartitionMasks()
        masks.present = random.next() % 4
        masks.settled = random.next() % 3
        return masks
    }

    @Test func whatIsTakenIsThereUntilAllHaveGivenItBack() {
        for seed in 0..<UInt64(40) {
            var random = Mixer(seed: seed)
            var pool = MaskPool()
            var held: [(place: Int32, masks: PartitionMasks)] = []
            for _ in 0..<400 {
                if !held.isEmpty, random.next() % 5 < 2 {
                    pool.giveBack(held.remove(at: Int(random.next() % UInt64(held.count))).place)
                } else {
                    let wanted = masks(&random)
                    held.append((pool.take(wanted), wanted))
                }
                for (place, masks) in held { #expect(pool[place] == masks) }
                #expect(pool.count == Set(held.map(\.masks)).subtracting([PartitionMasks()]).count)
            }
        }
    }

    @Test func emptyMasksTakeNoPlace() {
        var pool = MaskPool()
        #expect(pool.take(PartitionMasks()) == MaskPool.empty && pool[MaskPool.empty] == PartitionMasks())
        pool.giveBack(MaskPool.empty)
        #expect(pool.count == 0)
    }
}
