import Engine
import Pipeline
import Testing

struct CurationQueueTests {
    private static func entry(_ shard: StreamShard, _ first: Int64, _ last: Int64) -> CatalogEntry {
        CatalogEntry(
            key: "\(shard)-\(first)", shard: shard, hour: 0, first: first, last: last, bytes: 1, sha256: "", received: 0
        )
    }

    private static let one = StreamShard("quotes", 0)
    private static let other = StreamShard("repairs", 0)

    @Test func objectsGoInTheOrderOfTheirOrdinalsOneAtATime() throws {
        var queue = CurationQueue()
        var ids = EffectIDs()
        for ordinal in [Int64(3), 1, 2, 2, 1] { queue.add(ordinal: ordinal, Self.entry(Self.one, ordinal, ordinal)) }
        #expect(queue.count == 3)
        for ordinal in Int64(1)...3 {
            let effect = try unwrapped(queue.advance(&ids))
            #expect(effect.action == .curate(ordinal: ordinal, key: "quotes-0-\(ordinal)"))
            #expect(queue.advance(&ids) == nil)
            queue.add(ordinal: ordinal, Self.entry(Self.one, ordinal, ordinal))
            #expect(!queue.hasLanded(Self.one, ordinal))
            let stale = queue.curated(EffectID(incarnation: 9, number: 9))
            #expect(!stale && queue.failed(EffectID(incarnation: 9, number: 9)) == nil)
            #expect(queue.failed(effect.id) == "quotes-0-\(ordinal)")
            let well = queue.curated(effect.id)
            let again = queue.curated(effect.id)
            #expect(well && !again && queue.hasLanded(Self.one, ordinal) && !queue.hasLanded(Self.one, ordinal + 1))
        }
        #expect(queue.isIdle)
    }

    @Test func afterARestartLandedIsWhatWasAppliedAndNothingMore() {
        var queue = CurationQueue()
        queue.recover(
            PipelineRecovery(
                incarnation: 2,
                shards: [
                    RecoveredShard(shard: Self.one, appended: 30, delivered: 20, undelivered: []),
                    RecoveredShard(shard: Self.other, appended: 9, delivered: 7, undelivered: []),
                ], uncurated: [RecoveredObject(ordinal: 4, Self.entry(Self.one, 11, 20))]))
        #expect(queue.hasLanded(Self.one, 10) && !queue.hasLanded(Self.one, 11))
        #expect(queue.hasLanded(Self.other, 7) && !queue.hasLanded(Self.other, 8))
        #expect(!queue.hasLanded(StreamShard("failures", 0), 1) && queue.hasLanded(StreamShard("failures", 0), 0))
        var ids = EffectIDs()
        let effect = queue.advance(&ids)
        _ = queue.curated(effect?.id ?? EffectID(incarnation: 0, number: 0))
        #expect(queue.hasLanded(Self.one, 20) && !queue.hasLanded(Self.one, 21))
    }
}
