@testable import Console
import Pipeline
import Testing

/// The compact partitions of a symbol against a plain dictionary.
struct HeldPartitionsTests {
    private func cell(_ random: inout Seeded) -> StoredCell {
        var masks = PartitionMasks()
        masks.present = .random(in: 0..<5, using: &random)
        var cell = StoredCell(masks: masks, version: .random(in: 1..<100, using: &random))
        if Bool.random(using: &random) { (cell.fresh, cell.freshSeconds) = (.random(in: 1..<9, using: &random), 77) }
        return cell
    }

    @Test func theyHoldWhatADictionaryWouldHold() {
        for seed in 0..<UInt64(60) {
            var random = Seeded(seed)
            var pool = MaskPool()
            var held = HeldPartitions()
            var plain: [Int64: StoredCell] = [:]
            for _ in 0..<120 {
                let hour = Int64.random(in: -30..<30, using: &random)
                if Int.random(in: 0..<10, using: &random) == 0 {
                    let range = hour..<hour + .random(in: 0..<20, using: &random)
                    held.remove(range, in: &pool)
                    plain = plain.filter { !range.contains($0.key) }
                } else {
                    let cell = cell(&random)
                    held.set(hour, cell, in: &pool)
                    plain[hour] = cell
                }
                #expect(held.count == plain.count)
                for hour in Int64(-31)...31 { #expect(held.cell(hour, in: pool) == plain[hour]) }
            }
            #expect(pool.count == Set(plain.values.map(\.masks)).subtracting([PartitionMasks()]).count)
            held.remove(.min..<(.max), in: &pool)
            #expect(held.count == 0 && pool.count == 0)
        }
    }
}
