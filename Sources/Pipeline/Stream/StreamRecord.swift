/// One record of the stream: everything the pipeline ever learned or decided, so that every verdict can be built again
/// from raw alone. On the wire it is one JSON object in one line.
package enum StreamRecord: Hashable, Sendable {
    /// A question with its answer, byte for byte. Streams `quotes`, `repairs`, and `failures` where it brought no data.
    case answer(AnswerRecord)
    /// Slots that live capture lost, and why. Stream `failures`.
    case loss(LossRecord)
    /// Slots the auditor gave up, and why. Stream `failures`.
    case ruling(RulingRecord)
    /// What a person or the configuration decided. Stream `operator`.
    case decision(DecisionRecord)

    /// The partition key: the symbol, or `-` where it concerns none.
    package var key: String {
        switch self {
        case .answer(let record): record.question.symbol.text
        case .loss(let record): record.symbol.text
        case .ruling(let record): record.symbol.text
        case .decision: "-"
        }
    }

    /// When it was received or decided; strictly increasing over all records of a data directory.
    package var received: MarketTime {
        switch self {
        case .answer(let record): record.received
        case .loss(let record): record.received
        case .ruling(let record): record.received
        case .decision(let record): record.received
        }
    }
}

/// The streams by name.
package enum StreamName: String, Hashable, Sendable, CaseIterable {
    /// Live capture, of quotes or of candles.
    case quotes
    /// Answers to repair, settle, backfill and import.
    case repairs
    /// Answers that brought no data, losses and rulings.
    case failures
    /// What people and the configuration decided.
    case orders = "operator"
}

/// Why a source was asked.
package enum Purpose: String, Hashable, Sendable, CaseIterable {
    case live, repair, settle, backfill
    case imported = "import"
}

/// What a source was asked.
package enum SourceQuestion: Hashable, Sendable {
    /// The latest price, asked for one scheduled minute.
    case quote(SymbolName, slot: Minute)
    /// One-minute candles of a half-open range; `wanted` are the slots that were sought within it (disjoint, ascending),
    /// the rest of the range being there for its witnesses.
    case candles(SymbolName, minutes: Range<Minute>, wanted: [Range<Minute>])

    package var symbol: SymbolName {
        switch self {
        case .quote(let symbol, _), .candles(let symbol, _, _): symbol
        }
    }
}

/// What came back.
package enum SourceAnswer: Hashable, Sendable {
    /// A complete answer, as it arrived.
    case reply(status: Int, body: [UInt8])
    /// A complete answer too large for a record; its bytes are the object under the key.
    case stored(status: Int, object: String, bytes: Int)
    /// No complete answer: `timed-out`, `unreachable`, `redirected`, `too-large`, …
    case failure(reason: String)
}

/// A question with its answer.
package struct AnswerRecord: Hashable, Sendable {
    /// The source asked: `simulated`, `finnhub`.
    package var source: String
    package var purpose: Purpose
    /// The execution that asked; empty for live capture.
    package var execution: String
    /// From 1 within the execution; 0 for live capture.
    package var attempt: Int
    package var question: SourceQuestion
    package var sent: MarketTime
    package var received: MarketTime
    /// Of a quote: whether the feed was fresh for another symbol in the last minutes, so that an old `t` is a witness.
    package var feedFresh: Bool
    package var answer: SourceAnswer

    package init(
        source: String, purpose: Purpose, execution: String = "", attempt: Int = 0, question: SourceQuestion,
        sent: MarketTime, received: MarketTime, feedFresh: Bool = false, answer: SourceAnswer
    ) {
        self.source = source
        self.purpose = purpose
        self.execution = execution
        self.attempt = attempt
        self.question = question
        self.sent = sent
        self.received = received
        self.feedFresh = feedFresh
        self.answer = answer
    }
}

/// Why a slot was lost or cannot be repaired, as a person reads it in the inspector.
package enum LossReason: String, Hashable, Sendable, CaseIterable, Codable {
    /// The deliberate flaw of the capture.
    case flaw
    /// The quote's own time lay after the slot.
    case late
    /// The quote's own time lay before the slot while the feed was fresh for nobody.
    case stale
    /// The source limited our calls.
    case throttled
    case timedOut = "timed-out"
    case unreachable
    /// The source failed: 5xx, HTML, a redirect, a body that cannot be read.
    case sourceFailed = "source-failed"
    /// The key is refused.
    case keyRefused = "key-refused"
    /// The key may not ask for candles.
    case noCandleAccess = "no-candle-access"
    /// An answer of zeros.
    case notData = "not-data"
    /// An answer that disagrees with what is held, or fails validation.
    case quarantined
    /// The source answers and has no data for the slot.
    case noData = "no-data"
    /// The call budget had no room within the minute.
    case noBudget = "no-budget"
    /// While the source's breaker was open nothing was asked.
    case breakerOpen = "breaker-open"
    /// The program was not running.
    case notRunning = "not-running"
    /// Attempts spent on a source that kept failing.
    case attemptsSpent = "attempts-spent"

    /// In words: `no candle access`.
    package var words: String { rawValue.split(separator: "-").joined(separator: " ") }
}

/// Slots that live capture lost.
package struct LossRecord: Hashable, Sendable {
    package var symbol: SymbolName
    package var minutes: [Range<Minute>]
    package var reason: LossReason
    package var received: MarketTime

    package init(symbol: SymbolName, minutes: [Range<Minute>], reason: LossReason, received: MarketTime) {
        self.symbol = symbol
        self.minutes = minutes
        self.reason = reason
        self.received = received
    }
}

/// Slots that the auditor gave up: they become unrepairable where nothing is held.
package struct RulingRecord: Hashable, Sendable {
    package var symbol: SymbolName
    package var minutes: [Range<Minute>]
    package var reason: LossReason
    package var execution: String
    package var received: MarketTime

    package init(
        symbol: SymbolName, minutes: [Range<Minute>], reason: LossReason, execution: String, received: MarketTime
    ) {
        self.symbol = symbol
        self.minutes = minutes
        self.reason = reason
        self.execution = execution
        self.received = received
    }
}

/// What a person or the configuration decided.
package struct DecisionRecord: Hashable, Sendable {
    /// Who: an operator's name, or `configuration`.
    package var by: String
    /// What: `repair`, `resynthesize`, `audit`, `cancel`, `universe`, `calendar`.
    package var verb: String
    /// About what, in words.
    package var about: String
    package var received: MarketTime
    /// The order it answers; empty where it answers none. A decision whose recording was interrupted may stand twice, with
    /// the same order.
    package var order: String

    package init(by: String, verb: String, about: String, received: MarketTime, order: String = "") {
        self.order = order
        self.by = by
        self.verb = verb
        self.about = about
        self.received = received
    }
}
