import Codec
package import Engine
package import Pipeline

/// Performs effects against whatever stands behind the boundary. The runtime and the simulator share it; batches live
/// and die in here, between one call that reads and one that writes.
package struct EffectPerformer: Sendable {
    /// Bodies above this size become objects of their own, and the record holds a reference.
    private static let bodyBytesInRecord = 256 << 10

    let stores: Stores
    private let source: SourceClient
    private let universe: Universe
    private let sourceName: String
    private let clock: any MarketClock
    /// Real microseconds, for leases: from any origin of this process.
    let leaseTime: @Sendable () -> Int64
    package let held = HeldAnswers()

    package init(
        stores: Stores, source: SourceClient, settings: PipelineSettings, clock: any MarketClock,
        leaseTime: @escaping @Sendable () -> Int64 = LeaseTime.now
    ) {
        self.leaseTime = leaseTime
        self.stores = stores
        self.source = source
        universe = settings.universe
        sourceName = settings.source
        self.clock = clock
    }

    /// Performs one effect and says what happened; throws where a store does not do its work.
    package func perform(_ effect: PipelineEffect) async throws(EngineError) -> PipelineEvent {
        switch effect.action {
        case .fetch(let call): return await fetch(effect.id, call)
        case .drop(let ids):
            held.drop(ids)
            return .done(effect.id)
        case .append(let shard, let drafts): return try await append(effect.id, shard, drafts)
        case .journal(let lines):
            _ = try await stores.journal.append(lines)
            return .journalled(effect.id)
        case .putObject(let batch): return .objectPut(effect.id, try await put(batch))
        case .register(let entry):
            return .objectRegistered(effect.id, ordinal: try await stores.catalog.register(entry))
        case .moveCheckpoint(let shard, let sequence):
            try await stores.catalog.moveCheckpoint(shard, to: sequence)
            return .checkpointMoved(effect.id)
        case .curate(let ordinal, let key): return try await curate(effect.id, ordinal, key)
        case .synthesize(let targets):
            let rows = try await FactBuilder(stores.warehouse, universe).build(targets, now: clock.now())
            try await stores.warehouse.replace(rows)
            return .synthesized(effect.id, rows: rows.count)
        case .checkFacts(let targets):
            let stale = try await FactBuilder(stores.warehouse, universe).stale(targets, now: clock.now())
            return .factsChecked(effect.id, stale: stale)
        case .upkeep(let task): return .upkept(effect.id, try await Upkeep(stores, universe).perform(task))
        case .receiveOrders, .extendOrders, .acknowledgeOrders, .releaseOrders, .redriveOrder, .dropOrder:
            return try await performOrders(effect)
        case .raiseAlarm, .clearAlarm, .recallAlarms, .tellCleanAudit:
            try await tell(effect.action)
            return .done(effect.id)
        }
    }

    // MARK: Alarms

    /// Tells every sink, whatever becomes of the others; throws the first refusal when all were told.
    private func tell(_ action: EffectAction) async throws(EngineError) {
        var refusal: EngineError?
        for sink in stores.sinks {
            do throws(EngineError) { try await tell(sink, action) } catch { refusal = refusal ?? error }
        }
        if let refusal { throw refusal }
    }

    private func tell(_ sink: any AlarmSink, _ action: EffectAction) async throws(EngineError) {
        switch action {
        case .raiseAlarm(let notice): try await sink.raise(notice)
        case .clearAlarm(let notice): try await sink.clear(notice)
        case .recallAlarms(let notices): try await sink.recall(notices, at: clock.now().microseconds)
        case .tellCleanAudit(let audit): try await sink.beat(audit)
        case .fetch, .drop, .append, .journal, .putObject, .register, .moveCheckpoint, .curate, .synthesize,
            .checkFacts, .upkeep, .receiveOrders, .extendOrders, .acknowledgeOrders, .releaseOrders, .redriveOrder,
            .dropOrder:
            break
        }
    }

    // MARK: Source

    private func fetch(_ id: EffectID, _ call: SourceCall) async -> PipelineEvent {
        let sent = clock.now()
        let (answer, digest) = await source.ask(call)
        held.hold(HeldAnswer(call: call, sent: sent, answer: answer), as: id)
        return .answerArrived(id, digest)
    }

    // MARK: Stream

    private func append(
        _ id: EffectID, _ shard: StreamShard, _ drafts: [RecordDraft]
    ) async throws(EngineError) -> PipelineEvent {
        var entries: [StreamEntry] = []
        var bytes: Int64 = 0
        var used: [EffectID] = []
        for draft in drafts {
            let record: StreamRecord
            switch draft {
            case .made(let made): record = made
            case .held(let answer, let received, let feedFresh):
                record = try await self.record(answer, received, feedFresh)
                used.append(answer)
            }
            let payload = record.encoded()
            bytes += Int64(payload.count)
            entries.append(
                StreamEntry(key: record.key, received: draft.received.microseconds, payload: payload))
        }
        let sequences = try await stores.stream.append(entries, to: shard)
        held.drop(used)
        return .appended(id, sequences: sequences, bytes: bytes)
    }

    private func record(
        _ id: EffectID, _ received: MarketTime, _ feedFresh: Bool
    ) async throws(EngineError) -> StreamRecord {
        guard let answer = held.peek(id) else {
            throw EngineError(.missing, "an answer was forgotten before it was appended", at: id.description)
        }
        return .answer(
            AnswerRecord(
                source: sourceName, purpose: answer.call.purpose, execution: answer.call.execution,
                attempt: answer.call.attempt, question: answer.call.question, sent: answer.sent, received: received,
                feedFresh: feedFresh, answer: try await stored(answer.answer)))
    }

    /// A body too large for a record is put first, under the name of its own digest.
    private func stored(_ answer: SourceAnswer) async throws(EngineError) -> SourceAnswer {
        guard case .reply(let status, let body) = answer, body.count > Self.bodyBytesInRecord else { return answer }
        let key = "answers/\(SHA256Digest.hex(body)).gz"
        try await stores.objects.put(Gzip.compress(body), at: key)
        return .stored(status: status, object: key, bytes: body.count)
    }

    // MARK: Lake

    private func put(_ batch: DeliveryBatch) async throws(EngineError) -> CatalogEntry {
        var lines: [UInt8] = []
        var after = batch.first - 1
        var received: Int64 = 0
        while after < batch.last {
            let limit = Int(min(1_000, batch.last - after))
            let entries = try await stores.stream.read(batch.streamShard, after: after, limit: limit)
            guard let last = entries.last, entries.first?.sequence == after + 1 else {
                throw EngineError(
                    .damaged, "records that were acknowledged are not in the stream",
                    at: "\(batch.streamShard) after \(after)", remedy: "run kintsugi verify")
            }
            for entry in entries {
                lines += entry.entry.payload
                lines.append(UInt8(ascii: "\n"))
                received = max(received, entry.entry.received)
            }
            after = last.sequence
        }
        let packed = Gzip.compress(lines, comment: batch.comment)
        try await stores.objects.put(packed, at: batch.key)
        return CatalogEntry(
            key: batch.key, shard: batch.streamShard, hour: batch.hour, first: batch.first, last: batch.last,
            bytes: Int64(packed.count), sha256: SHA256Digest.hex(packed), received: received)
    }

    // MARK: Transform

    private func curate(_ id: EffectID, _ ordinal: Int64, _ key: String) async throws(EngineError) -> PipelineEvent {
        let records: [StreamRecord]
        do {
            records = try await RawObjectReader(stores.objects, stores.catalog).records(key)
        } catch let error where error.kind == .damaged || error.kind == .missing {
            _ = try await stores.warehouse.apply(CuratedChange(ordinal: ordinal))
            return .objectDamaged(id, key: key, error)
        }
        let held = try await stores.warehouse.held(for: Curation.footprint(records))
        var (change, summary) = Curation.curate(
            records, object: key, ordinal: ordinal, held: held, universe: universe)
        change.ordinal = ordinal
        let version = try await stores.warehouse.apply(change)
        for place in summary.masks.indices { summary.masks[place].version = version }
        return .curated(id, summary)
    }
}
