import Engine
import Pipeline
import Testing

/// The order of the raw objects of all shards, which each of them tells.
struct DeliveryOrderTests {
    private static let hour = Hour(400_000)
    private static let shards = [
        StreamShard("failures", 0), StreamShard("quotes", 0), StreamShard("quotes", 1), StreamShard("repairs", 0),
    ]

    private static func segment(_ first: Int64, _ last: Int64) -> StreamSegment {
        StreamSegment(first: first, last: last, hour: hour, oldest: hour.start, bytes: 10)
    }

    private static func batches(_ effects: [PipelineEffect]) -> [DeliveryBatch] {
        effects.compactMap { effect in
            guard case .journal(let lines) = effect.action else { return nil }
            return lines.first.flatMap(DeliveryJournal.batch)
        }
    }

    @Test func aProcessCountsTheBatchesItBegins() throws {
        var machine = DeliveryStateMachine(age: .seconds(0), bytesMax: 1_000)
        var ids = EffectIDs(incarnation: 3)
        _ = machine.recover(PipelineRecovery(incarnation: 3))
        machine.added([Self.segment(1, 2)], to: Self.shards[2])
        let first = machine.advance(at: Self.hour.start, &ids)
        for shard in Self.shards { machine.added([Self.segment(3, 4)], to: shard) }
        let rest = machine.advance(at: Self.hour.start, &ids)
        let batches = Self.batches(first + rest)
        #expect(batches.map(\.place) == [1, 2, 3, 4])
        #expect(batches.map(\.comment) == ["place 1", "place 2", "place 3", "place 4"])
        for batch in batches {
            #expect(DeliveryBatch(key: batch.key, comment: batch.comment) == batch)
            #expect(DeliveryJournal.batch(DeliveryJournal.began(batch, at: Self.hour.start)) == batch)
        }
    }

    /// What was begun before keeps its places and comes first, in their order and not in that of the shards.
    @Test func whatWasInheritedComesFirst() {
        var machine = DeliveryStateMachine(age: .seconds(0), bytesMax: 1_000)
        var ids = EffectIDs(incarnation: 5)
        var recovery = PipelineRecovery(incarnation: 5)
        for shard in Self.shards {
            recovery.shards.append(
                RecoveredShard(shard: shard, appended: 9, delivered: 0, undelivered: [Self.segment(1, 9)]))
        }
        func batch(_ shard: Int, _ incarnation: Int64, _ place: Int64?) -> DeliveryBatch {
            DeliveryBatch(
                shard: Self.shards[shard], first: 1, last: 4, hour: Self.hour, incarnation: incarnation, place: place)
        }
        recovery.deliveries = [batch(0, 4, 8), batch(1, 4, 7), batch(3, 3, nil)]
        _ = machine.recover(recovery)
        let begun = Self.batches(machine.advance(at: Self.hour.start, &ids))
        #expect(Array(begun.prefix(3)) == [batch(3, 3, nil), batch(1, 4, 7), batch(0, 4, 8)])
        #expect(begun.count == 4 && begun[3].incarnation == 5 && begun[3].place == 1)
        #expect(begun[0].comment.isEmpty, "a batch of an earlier program writes the same object again")
    }

    @Test func onlyWhatADeliveryWritesIsReadBack() {
        let key = "raw/quotes/hour=2015-08-19T16/12.3-17-40.ndjson.gz"
        let batch = DeliveryBatch(key: key, comment: "place 9")
        #expect(batch?.streamShard == StreamShard("quotes", 3) && batch?.place == 9 && batch?.incarnation == 12)
        #expect(batch?.first == 17 && batch?.last == 40 && batch?.key == key)
        for comment in [nil, "", "place", "place x", "9", "hello place 9"] {
            #expect(DeliveryBatch(key: key, comment: comment)?.place == nil)
            #expect(DeliveryBatch(key: key, comment: comment) != nil)
        }
        let others = [
            "", "raw", "raw/quotes", "raw/quotes/hour=2015-08-19T16/",
            "answers/hour=2015-08-19T16/12.3-17-40.ndjson.gz",
            "raw/quotes/hour=2015-08-19T16/012.3-17-40.ndjson.gz", "raw/quotes/hour=2015-08-19T16/12.3-40-17.ndjson.gz",
            "raw/quotes/hour=2015-08-19T16/12.3-17-40.ndjson", "raw/quotes/hour=2015-08-19T16/12.3-17.ndjson.gz",
            "raw/quotes/hour=2015-13-19T16/12.3-17-40.ndjson.gz", "raw/quotes/hour=16/12.3-17-40.ndjson.gz",
            "raw/quotes/hour=2015-08-19T16/12.3-17-99999999999999999999.ndjson.gz",
            "raw/quotes/hour=2015-08-19T16/0.3-17-40.ndjson.gz", "raw/quotes/hour=2015-08-19T16/1.3-0-40.ndjson.gz",
            "raw/quotes/x/hour=2015-08-19T16/12.3-17-40.ndjson.gz",
            "raw/quotes/hour=2015-08-19T16/12.3-17-40.ndjson.gz~",
        ]
        for other in others { #expect(DeliveryBatch(key: other, comment: nil) == nil, "\(other)") }
    }
}
