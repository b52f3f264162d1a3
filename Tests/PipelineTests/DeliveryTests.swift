import Engine
import Pipeline
import Testing

/// Delivery through every step, with stale outcomes offered at each.
struct DeliveryTests {
    private static let shard = StreamShard("quotes", 0)
    private static let hour = Hour(400_000)
    private static let start = hour.start + .minutes(10)

    private static func segment(
        _ first: Int64, _ last: Int64, hour: Hour = hour, oldest: MarketTime = start, bytes: Int64 = 100
    ) -> StreamSegment {
        StreamSegment(first: first, last: last, hour: hour, oldest: oldest, bytes: bytes)
    }

    private static func entry(_ batch: DeliveryBatch) -> CatalogEntry {
        CatalogEntry(
            key: batch.key, shard: batch.streamShard, hour: batch.hour, first: batch.first, last: batch.last, bytes: 50,
            sha256: "", received: 0)
    }

    /// Carries one batch from its journalled boundaries to its end; every step also gets an id nobody waits for.
    private static func carry(
        _ machine: inout DeliveryStateMachine, _ effect: PipelineEffect, at now: MarketTime, _ ids: inout EffectIDs
    ) throws -> DeliveryBatch {
        let stale = EffectID(incarnation: 99, number: 1)
        guard case .journal(let lines) = effect.action else { throw Unexpected(effect) }
        let batch = try #require(lines.first.flatMap(DeliveryJournal.batch))
        #expect(lines.first?.closes == false && lines.first?.subject == "delivery/\(batch.key)")
        #expect(machine.journalled(stale, &ids) == nil)
        let put = try unwrapped(machine.journalled(effect.id, &ids))
        #expect(put.action == .putObject(batch))
        #expect(machine.journalled(effect.id, &ids) == nil, "an outcome is taken once")
        #expect(machine.objectPut(stale, entry(batch), &ids) == nil)
        let register = try unwrapped(machine.objectPut(put.id, entry(batch), &ids))
        #expect(register.action == .register(entry(batch)))
        #expect(machine.registered(put.id, &ids) == nil)
        #expect(machine.registered(stale, &ids) == nil)
        let registered = try unwrapped(machine.registered(register.id, &ids))
        #expect(registered.entry == entry(batch))
        #expect(registered.effect.action == .moveCheckpoint(batch.streamShard, batch.last))
        #expect(machine.delivered(batch.streamShard) < batch.last, "not before the checkpoint moved")
        #expect(machine.checkpointMoved(stale, at: now, &ids) == nil)
        let ended = try unwrapped(machine.checkpointMoved(registered.effect.id, at: now, &ids))
        guard case .journal(let closing) = ended.action else { throw Unexpected(ended) }
        #expect(closing.first?.closes == true && closing.first?.subject == lines.first?.subject)
        #expect(machine.delivered(batch.streamShard) == batch.last)
        #expect(machine.checkpointMoved(registered.effect.id, at: now, &ids) == nil)
        return batch
    }

    private struct Unexpected: Error {
        var effect: PipelineEffect
        init(_ effect: PipelineEffect) { self.effect = effect }
    }

    @Test func recordsWaitForTheirAgeAndThenGoStepByStep() throws {
        var machine = DeliveryStateMachine(age: .seconds(30), bytesMax: 1_000)
        var ids = EffectIDs(incarnation: 5)
        _ = machine.recover(PipelineRecovery(incarnation: 5))
        machine.added([Self.segment(1, 3)], to: Self.shard)
        machine.added([Self.segment(4, 6, oldest: Self.start + .seconds(1))], to: Self.shard)
        #expect(machine.advance(at: Self.start + .seconds(29), &ids).isEmpty)
        #expect(machine.nextDeadline() == Self.start + .seconds(30) && machine.oldest(Self.shard) == Self.start)
        let effects = machine.advance(at: Self.start + .seconds(30), &ids)
        #expect(effects.count == 1 && machine.nextDeadline() == nil && !machine.isIdle)
        // What arrives while the boundaries are being journalled belongs to the next batch.
        machine.added([Self.segment(7, 7, oldest: Self.start + .seconds(31))], to: Self.shard)
        let batch = try Self.carry(&machine, try #require(effects.first), at: Self.start, &ids)
        #expect((batch.first, batch.last, batch.incarnation) == (1, 6, 5))
        #expect(batch.key == "raw/quotes/hour=\(Self.hour.description.prefix(13))/5.0-1-6.ndjson.gz")
        let next = machine.advance(at: Self.start + .seconds(90), &ids)
        let second = try Self.carry(&machine, try #require(next.first), at: Self.start, &ids)
        #expect((second.first, second.last) == (7, 7))
        #expect(machine.isIdle && machine.objects == 2 && machine.bytes == 100)
    }

    @Test func sizeTheHoursEndUrgencyAndTheEndOfTheProcessDoNotWait() {
        let reasons: [(String, (inout DeliveryStateMachine) -> Void, MarketTime)] = [
            ("size", { $0.added([Self.segment(1, 1, bytes: 1_000)], to: Self.shard) }, Self.start),
            ("hour over", { $0.added([Self.segment(1, 1)], to: Self.shard) }, Hour(Self.hour.index + 1).start),
            (
                "next hour's records",
                {
                    $0.added([Self.segment(1, 1), Self.segment(2, 2, hour: Hour(Self.hour.index + 1))], to: Self.shard)
                },
                Self.start
            ),
            (
                "hurry",
                {
                    $0.added([Self.segment(1, 1)], to: Self.shard)
                    $0.hurry(Self.shard, through: 1)
                }, Self.start
            ),
            (
                "end",
                {
                    $0.added([Self.segment(1, 1)], to: Self.shard)
                    $0.flushAll()
                }, Self.start
            ),
        ]
        for (name, prepare, now) in reasons {
            var machine = DeliveryStateMachine(age: .minutes(600), bytesMax: 1_000)
            var ids = EffectIDs()
            machine.added([], to: Self.shard)
            #expect(machine.advance(at: now, &ids).isEmpty)
            prepare(&machine)
            #expect(machine.advance(at: now, &ids).count == 1, "\(name)")
            #expect(machine.advance(at: now, &ids).isEmpty, "\(name): one batch of a shard at a time")
        }
    }

    @Test func aBatchHoldsOneIngestionHour() throws {
        var machine = DeliveryStateMachine(age: .seconds(30), bytesMax: 1 << 20)
        var ids = EffectIDs()
        let next = Hour(Self.hour.index + 1)
        machine.added([Self.segment(1, 4), Self.segment(5, 9, hour: next, oldest: next.start)], to: Self.shard)
        machine.flushAll()
        let first = try Self.carry(&machine, machine.advance(at: next.start, &ids)[0], at: next.start, &ids)
        let second = try Self.carry(&machine, machine.advance(at: next.start, &ids)[0], at: next.start, &ids)
        #expect((first.first, first.last, first.hour) == (1, 4, Self.hour.index))
        #expect((second.first, second.last, second.hour) == (5, 9, next.index))
        #expect(machine.isIdle)
    }

    @Test func batchesOfAProcessBeforeKeepTheirBoundariesAndTheirName() throws {
        var machine = DeliveryStateMachine(age: .minutes(600), bytesMax: 1 << 20)
        var ids = EffectIDs(incarnation: 8)
        let done = DeliveryBatch(shard: Self.shard, first: 1, last: 10, hour: Self.hour, incarnation: 7)
        let begun = DeliveryBatch(shard: Self.shard, first: 11, last: 15, hour: Self.hour, incarnation: 7)
        _ = machine.recover(
            PipelineRecovery(
                incarnation: 8,
                shards: [
                    RecoveredShard(
                        shard: Self.shard, appended: 20, delivered: 10, undelivered: [Self.segment(11, 20)])
                ], deliveries: [begun, done]))
        let first = try Self.carry(&machine, machine.advance(at: Self.start, &ids)[0], at: Self.start, &ids)
        #expect(first == begun)
        let second = try Self.carry(&machine, machine.advance(at: Self.start, &ids)[0], at: Self.start, &ids)
        #expect((second.first, second.last, second.incarnation) == (16, 20, 8), "what was found goes without waiting")
        #expect(machine.isIdle && machine.advance(at: Self.start, &ids).isEmpty)
    }

    @Test func nothingPassesAStepThatFailedForGood() {
        var machine = DeliveryStateMachine(age: .seconds(0), bytesMax: 1 << 20)
        var ids = EffectIDs()
        machine.added([Self.segment(1, 1)], to: Self.shard)
        let effect = machine.advance(at: Self.start, &ids)[0]
        #expect(machine.failed(EffectID(incarnation: 9, number: 9)) == nil)
        #expect(machine.failed(effect.id) == Self.shard)
        machine.added([Self.segment(2, 2)], to: Self.shard)
        #expect(machine.advance(at: Self.start + .minutes(60), &ids).isEmpty && !machine.isIdle)
        // Another shard goes on.
        machine.added([Self.segment(1, 1)], to: StreamShard("quotes", 1))
        #expect(machine.advance(at: Self.start + .minutes(60), &ids).count == 1)
    }

    /// Whatever the sizes and times, every record goes into exactly one batch, in order, of its own hour.
    @Test func everyRecordIsDeliveredOnce() throws {
        for seed in UInt64(1)...30 {
            var random = TransformSeed(seed)
            var machine = DeliveryStateMachine(age: .seconds(30), bytesMax: 500)
            var ids = EffectIDs()
            var now = Self.start
            var sequence: Int64 = 0
            var hours: [Int64: Hour] = [:]
            var delivered: Int64 = 0
            for step in 0..<400 {
                now = now + .seconds(Int64(random.below(120)))
                if step < 300, random.chance(60) {
                    let first = sequence + 1
                    sequence += 1 + Int64(random.below(4))
                    for number in first...sequence { hours[number] = now.hour }
                    machine.added(
                        [
                            StreamSegment(
                                first: first, last: sequence, hour: now.hour, oldest: now,
                                bytes: Int64(random.below(300)))
                        ], to: Self.shard)
                }
                if step == 390 { machine.flushAll() }
                guard let effect = machine.advance(at: now, &ids).first else { continue }
                let batch = try Self.carry(&machine, effect, at: now, &ids)
                #expect(batch.first == delivered + 1 && batch.last >= batch.first)
                for number in batch.first...batch.last { #expect(hours[number]?.index == batch.hour) }
                delivered = batch.last
            }
            #expect(delivered == sequence && machine.isIdle)
        }
    }
}
