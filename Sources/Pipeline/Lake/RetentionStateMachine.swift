package import Engine

/// Lets go of what is older than its time: first records of the stream that are in the lake, then, where raw is not kept
/// for ever, raw objects. One step at a time, in the order in which a crash between any two does no harm: the seal is
/// put, then stands in the catalogue in the place of its raw objects, and only then are these deleted.
package struct RetentionStateMachine: Sendable {
    /// What is kept, and for how long on market time.
    package struct Spans: Hashable, Sendable {
        /// Of the stream: records that are in the lake and the warehouse.
        package var stream: MarketSpan
        /// Of raw objects; nil keeps them for ever.
        package var raw: MarketSpan?

        package init(stream: MarketSpan, raw: MarketSpan?) {
            self.stream = stream
            self.raw = raw
        }
    }

    /// What it tells the root.
    package enum Notice: Hashable, Sendable {
        case log(String)
        /// Nothing older is let go of until a person has looked.
        case stands(EngineError)
    }

    private enum Step: Hashable, Sendable {
        /// Waits for its time.
        case idle
        /// Trims the shards, this one and those that follow.
        case trimming([StreamShard])
        case sealing
        case retiring(SealEntry)
        case dropping(SealEntry)
        /// Something is damaged: a person must look, and the next process tries again.
        case standing
    }

    private let spans: Spans
    private let pause: MarketSpan
    private var step = Step.idle
    private var waitsFor: EffectID?
    /// When this turn began: all of it cuts at one moment, so that nothing is sealed whose records were not let go of before.
    private var last = MarketTime.distantPast
    private var trimmed: Int64 = 0
    /// A seal whose raw objects may not all be deleted yet, as found at the start.
    private var unfinished: SealEntry?
    /// Raw objects deleted since the start, and the last seal.
    package private(set) var dropped = 0
    package private(set) var sealed: SealEntry?

    package init(_ spans: Spans) {
        self.spans = spans
        let shortest = min(spans.stream, spans.raw ?? spans.stream)
        pause = min(.minutes(60), MarketSpan(microseconds: max(1_000_000, shortest.microseconds / 4)))
    }

    package mutating func recover(_ recovery: PipelineRecovery) {
        unfinished = recovery.undropped
        sealed = recovery.undropped
    }

    /// Goes on where nothing is waited for. `shards` are all there are.
    package mutating func advance(
        at now: MarketTime, shards: [StreamShard], _ ids: inout EffectIDs
    ) -> PipelineEffect? {
        guard waitsFor == nil else { return nil }
        if case .idle = step {
            if let seal = unfinished {
                unfinished = nil
                step = .dropping(seal)
            } else {
                guard now - last >= pause else { return nil }
                last = now
                step = .trimming(shards)
            }
        }
        guard let task = task(at: now) else { return nil }
        let id = ids.next()
        waitsFor = id
        return PipelineEffect(id: id, action: .upkeep(task))
    }

    private mutating func task(at now: MarketTime) -> UpkeepTask? {
        switch step {
        case .idle, .standing: return nil
        case .trimming(let shards):
            // Never later than raw: where a raw object goes, its records went before.
            let keep = min(spans.stream, spans.raw ?? spans.stream)
            if let shard = shards.first { return .trimStream(shard, before: last - keep) }
            step = spans.raw == nil ? .idle : .sealing
            return task(at: now)
        case .sealing:
            guard let keep = spans.raw else { return nil }
            return .seal(before: last - keep, at: now)
        case .retiring(let seal): return .retire(seal)
        case .dropping(let seal): return .dropRaw(seal)
        }
    }

    /// What came of the step; nil for an outcome nobody waits for.
    package mutating func done(_ id: EffectID, _ outcome: UpkeepOutcome) -> [Notice]? {
        guard waitsFor == id else { return nil }
        waitsFor = nil
        var notices: [Notice] = []
        switch (step, outcome) {
        case (_, .refused(let error)):
            step = .standing
            notices.append(.stands(error))
        case (.trimming(let shards), .streamTrimmed(let records, let isMore)):
            trimmed += records
            step = .trimming(isMore ? shards : Array(shards.dropFirst()))
        case (.sealing, .sealed(let seal)): step = seal.map { .retiring($0) } ?? .idle
        case (.retiring(let seal), .retired):
            sealed = seal
            step = .dropping(seal)
        case (.dropping(let seal), .rawDropped(let objects)):
            dropped += objects
            // What an earlier process left is made up for; what is due now is trimmed first, like any other.
            step = spans.raw == nil || last == .distantPast ? .idle : .sealing
            notices.append(
                .log("raw objects \(seal.first) to \(seal.last) were sealed in \(seal.key), and \(objects) deleted"))
        case (.idle, _), (.trimming, _), (.sealing, _), (.retiring, _), (.dropping, _), (.standing, _):
            preconditionFailure("\(outcome) does not answer \(step)")
        }
        return notices
    }

    /// A step cannot be performed: it stands until the next process; false where the id was not its own.
    package mutating func failed(_ id: EffectID) -> Bool {
        guard waitsFor == id else { return false }
        waitsFor = nil
        step = .standing
        return true
    }

    /// Records of the stream forgotten since the start.
    package var trimmedRecords: Int64 { trimmed }
}
