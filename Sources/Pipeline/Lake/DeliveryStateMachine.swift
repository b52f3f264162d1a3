package import Engine

/// Carries each shard into the raw lake: journal the boundaries, put the object, register it, move the checkpoint, in
/// that order, so that after a crash each step can be done again and writes the same bytes. Objects are registered in the
/// order in which they are begun, over all shards: each carries its place in that order, and whoever has nothing but the
/// lake can tell in which order it was read.
package struct DeliveryStateMachine: Sendable {
    /// What a shard is doing.
    private enum Step: Hashable, Sendable {
        /// Nothing is under way.
        case idle
        /// The boundaries are being journalled.
        case journalling(DeliveryBatch)
        /// The object is being written.
        case putting(DeliveryBatch)
        /// The object is being registered.
        case registering(DeliveryBatch, CatalogEntry)
        /// The checkpoint is being moved.
        case moving(DeliveryBatch)
    }

    private struct Shard: Sendable {
        let shard: StreamShard
        var delivered: Int64
        var segments: [StreamSegment]
        var step = Step.idle
        var waitsFor: EffectID?
        /// Deliver without waiting for age: somebody waits for a landing.
        var urgentThrough: Int64 = 0
        /// Batches whose boundaries a process before this one set.
        var inherited: [DeliveryBatch] = []
    }

    private var shards: [Shard] = []
    private let age: MarketSpan
    private let bytesMax: Int64
    private var incarnation: Int64 = 0
    /// How many batches this process has begun, not counting those it inherited.
    private var begun: Int64 = 0
    private var flushing = false
    package private(set) var objects: Int64 = 0
    package private(set) var bytes: Int64 = 0

    package init(age: MarketSpan, bytesMax: Int64) {
        self.age = age
        self.bytesMax = bytesMax
    }

    /// Takes up what a process before this one had under way. Returns the deliveries whose checkpoint had moved and whose
    /// end was not journalled: nothing is left of them but to say so.
    package mutating func recover(_ recovery: PipelineRecovery) -> [DeliveryBatch] {
        incarnation = recovery.incarnation
        for found in recovery.shards {
            var shard = Shard(shard: found.shard, delivered: found.delivered, segments: found.undelivered)
            shard.inherited = recovery.deliveries
                .filter { $0.streamShard == found.shard && $0.last > found.delivered }
                .sorted { $0.first < $1.first }
            shard.urgentThrough = found.appended
            shards.append(shard)
        }
        shards.sort { $0.shard < $1.shard }
        return recovery.deliveries.filter { $0.last <= delivered($0.streamShard) }
    }

    package mutating func added(_ segments: [StreamSegment], to shard: StreamShard) {
        let place: Int
        if let found = shards.firstIndex(where: { $0.shard == shard }) {
            place = found
        } else {
            place = shards.firstIndex { shard < $0.shard } ?? shards.endIndex
            shards.insert(Shard(shard: shard, delivered: 0, segments: []), at: place)
        }
        for segment in segments {
            if var last = shards[place].segments.last, last.hour == segment.hour,
                last.bytes + segment.bytes <= bytesMax
            {
                last.last = segment.last
                last.bytes += segment.bytes
                shards[place].segments[shards[place].segments.count - 1] = last
            } else {
                shards[place].segments.append(segment)
            }
        }
    }

    /// Somebody waits until this position is in the lake.
    package mutating func hurry(_ shard: StreamShard, through sequence: Int64) {
        for place in shards.indices where shards[place].shard == shard {
            shards[place].urgentThrough = max(shards[place].urgentThrough, sequence)
        }
    }

    /// From now on nothing waits for age: the process is coming to its end.
    package mutating func flushAll() { flushing = true }

    /// Starts what is due on every idle shard.
    package mutating func advance(at now: MarketTime, _ ids: inout EffectIDs) -> [PipelineEffect] {
        var due: [(Int, DeliveryBatch)] = []
        for place in shards.indices where shards[place].step == .idle {
            if let batch = nextBatch(of: shards[place], at: now) { due.append((place, batch)) }
        }
        // What a process before this one began keeps its places, and they come first.
        due.sort { Self.order($0.1, $0.0) < Self.order($1.1, $1.0) }
        var effects: [PipelineEffect] = []
        for (place, next) in due {
            var batch = next
            if batch.incarnation == incarnation, batch.place == nil {
                begun += 1
                batch.place = begun
            }
            let id = ids.next()
            shards[place].step = .journalling(batch)
            shards[place].waitsFor = id
            effects.append(PipelineEffect(id: id, action: .journal([DeliveryJournal.began(batch, at: now)])))
        }
        return effects
    }

    /// Batches without a place that this process sets are the last; those of one process before are in order of theirs.
    private static func order(_ batch: DeliveryBatch, _ shard: Int) -> (Int64, Int64, Int) {
        (batch.incarnation, batch.place ?? .max, shard)
    }

    private func nextBatch(of shard: Shard, at now: MarketTime) -> DeliveryBatch? {
        if let inherited = shard.inherited.first { return inherited }
        guard let segment = shard.segments.first else { return nil }
        let isDue =
            flushing || shard.segments.count > 1 || segment.bytes >= bytesMax || now - segment.oldest >= age
            || shard.urgentThrough >= segment.first || segment.hour < now.hour
        guard isDue else { return nil }
        return DeliveryBatch(
            shard: shard.shard, first: segment.first, last: segment.last, hour: segment.hour, incarnation: incarnation)
    }

    private func place(waitingFor id: EffectID) -> Int? { shards.firstIndex { $0.waitsFor == id } }

    /// The boundaries are on disk; nil for an id that is not a delivery's.
    package mutating func journalled(_ id: EffectID, _ ids: inout EffectIDs) -> PipelineEffect? {
        guard let place = place(waitingFor: id), case .journalling(let batch) = shards[place].step else { return nil }
        // From here the segment is the batch's, whatever arrives.
        cut(batch, from: place)
        return move(place, to: .putting(batch), .putObject(batch), &ids)
    }

    private mutating func cut(_ batch: DeliveryBatch, from place: Int) {
        var rest: [StreamSegment] = []
        for var segment in shards[place].segments where segment.last > batch.last {
            if segment.first <= batch.last { segment.first = batch.last + 1 }
            rest.append(segment)
        }
        shards[place].segments = rest
        shards[place].inherited.removeAll { $0 == batch }
    }

    package mutating func objectPut(_ id: EffectID, _ entry: CatalogEntry, _ ids: inout EffectIDs) -> PipelineEffect? {
        guard let place = place(waitingFor: id), case .putting(let batch) = shards[place].step else { return nil }
        return move(place, to: .registering(batch, entry), .register(entry), &ids)
    }

    /// The object is in the catalogue; returns the effect that follows and the entry for the transform.
    package mutating func registered(
        _ id: EffectID, _ ids: inout EffectIDs
    ) -> (effect: PipelineEffect, entry: CatalogEntry)? {
        guard let place = place(waitingFor: id), case .registering(let batch, let entry) = shards[place].step else {
            return nil
        }
        objects += 1
        bytes += entry.bytes
        let effect = move(place, to: .moving(batch), .moveCheckpoint(shards[place].shard, batch.last), &ids)
        return (effect, entry)
    }

    /// The checkpoint moved: the shard is idle again; returns the line that ends the delivery in the journal.
    package mutating func checkpointMoved(
        _ id: EffectID, at now: MarketTime, _ ids: inout EffectIDs
    ) -> PipelineEffect? {
        guard let place = place(waitingFor: id), case .moving(let batch) = shards[place].step else { return nil }
        shards[place].delivered = max(shards[place].delivered, batch.last)
        shards[place].step = .idle
        shards[place].waitsFor = nil
        return PipelineEffect(id: ids.next(), action: .journal([DeliveryJournal.ended(batch, at: now)]))
    }

    /// A step failed for good: the shard stands still, as nothing may pass it; true if the id was a delivery's.
    package mutating func failed(_ id: EffectID) -> StreamShard? {
        place(waitingFor: id).map { shards[$0].shard }
    }

    private mutating func move(
        _ place: Int, to step: Step, _ action: EffectAction, _ ids: inout EffectIDs
    ) -> PipelineEffect {
        let id = ids.next()
        shards[place].step = step
        shards[place].waitsFor = id
        return PipelineEffect(id: id, action: action)
    }

    package func nextDeadline() -> MarketTime? {
        shards.filter { $0.step == .idle }.compactMap { $0.segments.first.map { $0.oldest + age } }.min()
    }

    package var isIdle: Bool { shards.allSatisfy { $0.step == .idle && $0.segments.isEmpty && $0.inherited.isEmpty } }

    package func delivered(_ shard: StreamShard) -> Int64 { shards.first { $0.shard == shard }?.delivered ?? 0 }

    /// When the oldest record was received that is not yet in the lake.
    package func oldest(_ shard: StreamShard) -> MarketTime? {
        shards.first { $0.shard == shard }?.segments.first?.oldest
    }
}
