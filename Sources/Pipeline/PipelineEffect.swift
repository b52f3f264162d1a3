package import Engine

/// Names one effect of one process, so that an outcome nobody waits for dies at the door.
package struct EffectID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The process that issued it.
    package var incarnation: Int64
    /// From 1 within the process.
    package var number: Int64

    package init(incarnation: Int64, number: Int64) {
        self.incarnation = incarnation
        self.number = number
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.incarnation, left.number) < (right.incarnation, right.number)
    }

    package var description: String { "\(incarnation).\(number)" }
}

/// One thing to be done outside the core: the machine decides, the effect performer does.
package struct PipelineEffect: Hashable, Sendable {
    package var id: EffectID
    package var action: EffectAction

    package init(id: EffectID, action: EffectAction) {
        self.id = id
        self.action = action
    }
}

/// Effects of one lane are performed one at a time, in the order they were issued; only source calls overlap.
package enum EffectLane: String, Hashable, Sendable, CaseIterable {
    case source, stream, lake, warehouse, journal, sink, upkeep, orders
}

/// What is to be done. Each is one call that writes, or one call to the source; done twice it changes nothing.
package enum EffectAction: Hashable, Sendable {
    /// Ask the source; its answer is held under the effect's id until it is appended or dropped.
    case fetch(SourceCall)
    /// Forget held answers.
    case drop([EffectID])
    /// Append to the stream; answers with `PipelineEvent.appended`.
    case append(StreamShard, [RecordDraft])
    /// Write to the journal.
    case journal([JournalLine])
    /// Read the batch from the stream and put it into the lake.
    case putObject(DeliveryBatch)
    /// Register a raw object in the catalogue.
    case register(CatalogEntry)
    /// Note how far a shard is delivered.
    case moveCheckpoint(StreamShard, Int64)
    /// Read one raw object, curate it, and apply the change to the warehouse.
    case curate(ordinal: Int64, key: String)
    /// Build derived rows again from what is curated.
    case synthesize([DerivedTarget])
    /// Recompute derived rows and compare their digests; a target without a row, or with another, is stale.
    case checkFacts([DerivedTarget])
    /// Receive what the work queue holds; answers with `PipelineEvent.ordersReceived`.
    case receiveOrders
    /// Hold what was received for longer.
    case extendOrders([String])
    /// What followed from these orders is on disk.
    case acknowledgeOrders([String])
    /// Give orders back that were never begun.
    case releaseOrders([String])
    /// Let a dead letter be received again; answers with `PipelineEvent.orderChanged`.
    case redriveOrder(String)
    /// Take an order out of the queue; answers with `PipelineEvent.orderChanged`.
    case dropOrder(String)
    case raiseAlarm(AlarmNotice)
    case clearAlarm(AlarmNotice)
    /// Do something beside the way of the data, so that nothing grows without end.
    case upkeep(UpkeepTask)
    /// After a start: tell the sinks which alarms sound.
    case recallAlarms([AlarmNotice])
    /// Tell the sinks that an audit of the hour was clean.
    case tellCleanAudit(CleanAudit)

    package var lane: EffectLane {
        switch self {
        case .fetch, .drop: .source
        case .append: .stream
        case .putObject, .register, .moveCheckpoint: .lake
        case .curate, .synthesize, .checkFacts: .warehouse
        case .journal: .journal
        case .raiseAlarm, .clearAlarm, .recallAlarms, .tellCleanAudit: .sink
        case .upkeep: .upkeep
        case .receiveOrders, .extendOrders, .acknowledgeOrders, .releaseOrders, .redriveOrder, .dropOrder: .orders
        }
    }
}

/// One call to the source.
package struct SourceCall: Hashable, Sendable {
    package var question: SourceQuestion
    package var purpose: Purpose
    /// The execution that asks; empty for live capture, settling and probing.
    package var execution: String
    /// From 1 within the execution; 0 otherwise.
    package var attempt: Int
    /// What a flaw of the capture makes of the answer's value; nil nearly always.
    package var corruption: ValueCorruption?

    package init(
        question: SourceQuestion, purpose: Purpose, execution: String = "", attempt: Int = 0,
        corruption: ValueCorruption? = nil
    ) {
        self.corruption = corruption
        self.question = question
        self.purpose = purpose
        self.execution = execution
        self.attempt = attempt
    }
}

/// A record on its way into the stream: an answer the performer holds, or a record made here.
package enum RecordDraft: Hashable, Sendable {
    case held(EffectID, received: MarketTime, feedFresh: Bool)
    case made(StreamRecord)

    package var received: MarketTime {
        switch self {
        case .held(_, let received, _): received
        case .made(let record): record.received
        }
    }

    /// The held answer it stands for, if any.
    package var answer: EffectID? {
        switch self {
        case .held(let id, _, _): id
        case .made: nil
        }
    }
}

/// One derived row to build or to check.
package struct DerivedTarget: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var span: DerivedSpan
    /// The symbol; of a market hour, the name of the calendar.
    package var symbol: SymbolName
    /// Half-open.
    package var minutes: Range<Minute>

    package init(span: DerivedSpan, symbol: SymbolName, minutes: Range<Minute>) {
        self.span = span
        self.symbol = symbol
        self.minutes = minutes
    }

    package static func < (left: Self, right: Self) -> Bool {
        if left.symbol != right.symbol { return left.symbol < right.symbol }
        if left.minutes.lowerBound != right.minutes.lowerBound {
            return left.minutes.lowerBound < right.minutes.lowerBound
        }
        return left.span.rawValue < right.span.rawValue
    }

    package var description: String { "\(span.rawValue) \(symbol) \(minutes.lowerBound)" }
}
