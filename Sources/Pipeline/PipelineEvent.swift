package import Engine

/// One thing that happened outside the core.
package enum PipelineEvent: Sendable {
    /// The stores were opened and read; comes first and once.
    case recovered(PipelineRecovery)
    /// The market clock reached the machine's next deadline, or passed it.
    case deadlineReached
    /// The source answered, or failed to.
    case answerArrived(EffectID, AnswerDigest)
    /// Records are on disk.
    case appended(EffectID, sequences: ClosedRange<Int64>, bytes: Int64)
    /// Journal lines are on disk.
    case journalled(EffectID)
    /// A raw object is on disk.
    case objectPut(EffectID, CatalogEntry)
    /// A raw object is in the catalogue.
    case objectRegistered(EffectID, ordinal: Int64)
    case checkpointMoved(EffectID)
    /// A raw object was applied to the warehouse; the coverage index already holds the new masks.
    case curated(EffectID, CurationSummary)
    /// A raw object's bytes are not what was written: it was passed over, and its slots are asked for again.
    case objectDamaged(EffectID, key: String, EngineError)
    /// Derived rows were built and written.
    case synthesized(EffectID, rows: Int)
    /// Derived rows were recomputed; these are not current.
    case factsChecked(EffectID, stale: [DerivedTarget])
    /// An alarm reached its sinks, or held answers were dropped.
    case done(EffectID)
    /// Something was done beside the way of the data.
    case upkept(EffectID, UpkeepOutcome)
    /// The effect cannot be performed and is not tried again.
    case failed(EffectID, EngineError)
    /// A store does not answer; the performer goes on trying.
    case storeTroubled(EffectLane, EngineError)
    /// It answers again.
    case storeRecovered(EffectLane)
    /// A sink of alarms does not take what it is told; it is tried again. The name is one word, the reason a clause.
    case sinkTroubled(name: String, reason: String)
    /// It takes what it is told again.
    case sinkRecovered(name: String)
    /// The clock went on by itself: a sleep, a jump of the wall clock, a late start.
    case timeSkipped(from: MarketTime, to: MarketTime)
    /// The wall clock stands so far behind the time kept here; nil once it agrees again.
    case clockSetBack(by: MarketSpan?)
    /// A person asks for something that ends with the process, or asks without an id.
    case ordered(OperatorOrder)
    /// The work queue may hold something; or what is held of it is held long already.
    case ordersWaiting
    /// What the work queue gave.
    case ordersReceived(EffectID, OrderDelivery)
    /// The work queue was asked to let a dead letter go on, or to take an item out: whether it did, and what is dead now.
    case orderChanged(EffectID, found: Bool, dead: [DeadOrder])
}

/// What the machine needs to know of an answer; the bytes stay with the effect performer.
package struct AnswerDigest: Hashable, Sendable {
    package var outcome: AnswerClass
    package var rate: RateHeaders?
    /// Of a quote: its own time.
    package var quoteTime: MarketTime?
    package var bytes: Int

    package init(
        outcome: AnswerClass, rate: RateHeaders? = nil, quoteTime: MarketTime? = nil, bytes: Int = 0
    ) {
        self.outcome = outcome
        self.rate = rate
        self.quoteTime = quoteTime
        self.bytes = bytes
    }
}

extension AnswerDigest {
    /// Reads what the machine decides by off a complete answer, or off its absence.
    package static func of(_ result: Result<HTTPReply, HTTPFailure>, asked question: SourceQuestion) -> Self {
        var digest = AnswerDigest(outcome: AnswerClass.classify(result, to: question))
        guard case .success(let reply) = result else { return digest }
        digest.rate = RateHeaders(reply.headers)
        digest.bytes = reply.body.count
        if case .quote = question, case .data = digest.outcome,
            case .quote(let quote)? = try? QuoteDecoder.decode(reply.body)
        {
            digest.quoteTime = MarketTime(seconds: quote.seconds)
        }
        return digest
    }
}

/// What the stores held when the process opened them.
package struct PipelineRecovery: Sendable {
    package var incarnation: Int64
    /// Greatest `received` of any record, UTC microseconds.
    package var lastReceived: Int64
    package var shards: [RecoveredShard]
    /// Deliveries whose boundaries were journalled and whose end was not.
    package var deliveries: [DeliveryBatch]
    /// Objects registered and not yet applied, in order: ordinal and key.
    package var uncurated: [RecoveredObject]
    /// Executions that had not ended, with their lines.
    package var executions: [RecoveredExecution]
    /// Alarms that stood.
    package var alarms: [AlarmStatus]
    /// Acknowledgements and snoozes in force, in the order they were made.
    package var decisions: [StandingDecision] = []
    /// The latest executions that had ended, newest first: they are shown, and may be taken up again.
    package var ended: [AuditExecution] = []
    /// What earlier processes made of orders that still lie in the work queue.
    package var orders: [OrderOutcome] = []
    /// Damage found while opening, a sentence each.
    package var damage: [String]
    /// The newest seal whose raw objects may not all be deleted yet.
    package var undropped: SealEntry?

    package init(
        incarnation: Int64, lastReceived: Int64 = 0, shards: [RecoveredShard] = [], deliveries: [DeliveryBatch] = [],
        uncurated: [RecoveredObject] = [], executions: [RecoveredExecution] = [], alarms: [AlarmStatus] = [],
        damage: [String] = []
    ) {
        self.incarnation = incarnation
        self.lastReceived = lastReceived
        self.shards = shards
        self.deliveries = deliveries
        self.uncurated = uncurated
        self.executions = executions
        self.alarms = alarms
        self.damage = damage
    }
}

/// One shard as it was found.
package struct RecoveredShard: Sendable {
    package var shard: StreamShard
    package var appended: Int64
    package var delivered: Int64
    /// The records not yet delivered, as runs of one ingestion hour.
    package var undelivered: [StreamSegment]

    package init(shard: StreamShard, appended: Int64, delivered: Int64, undelivered: [StreamSegment]) {
        self.shard = shard
        self.appended = appended
        self.delivered = delivered
        self.undelivered = undelivered
    }
}

/// Consecutive records of one shard and one ingestion hour.
package struct StreamSegment: Hashable, Sendable {
    package var first: Int64
    package var last: Int64
    package var hour: Hour
    /// When its first record was received.
    package var oldest: MarketTime
    package var bytes: Int64

    package init(first: Int64, last: Int64, hour: Hour, oldest: MarketTime, bytes: Int64) {
        self.first = first
        self.last = last
        self.hour = hour
        self.oldest = oldest
        self.bytes = bytes
    }
}

/// An object waiting to be applied.
package struct RecoveredObject: Hashable, Sendable {
    package var ordinal: Int64
    package var key: String
    package var shard: StreamShard
    /// Sequence numbers within, inclusive.
    package var first: Int64
    package var last: Int64

    package init(ordinal: Int64, _ entry: CatalogEntry) {
        self.ordinal = ordinal
        key = entry.key
        shard = entry.shard
        first = entry.first
        last = entry.last
    }
}

/// An execution that had not ended.
package struct RecoveredExecution: Sendable {
    package var id: String
    /// Its journal lines, in order.
    package var lines: [JournalLine]

    package init(id: String, lines: [JournalLine]) {
        self.id = id
        self.lines = lines
    }
}
