package import Engine

/// One symbol and one hour.
package struct PartitionKey: Hashable, Comparable, Sendable {
    package var symbol: SymbolName
    package var hour: Hour

    package init(symbol: SymbolName, hour: Hour) {
        self.symbol = symbol
        self.hour = hour
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.symbol == right.symbol ? left.hour < right.hour : left.symbol < right.symbol
    }
}

/// What must be read from the warehouse before records are curated: bars and notes of the minutes, masks of their hours.
package struct Footprint: Hashable, Sendable {
    package var symbol: SymbolName
    package var minutes: Range<Minute>

    package init(symbol: SymbolName, minutes: Range<Minute>) {
        self.symbol = symbol
        self.minutes = minutes
    }
}

/// What one raw object did, small enough for an event.
package struct CurationSummary: Hashable, Sendable {
    /// Ordinal of the raw object in the catalogue.
    package var ordinal: Int64
    /// Partitions whose derived rows may have changed, sorted.
    package var partitions: [PartitionKey] = []
    /// The new masks of every partition whose masks changed; `version` is 0.
    package var masks: [MaskRow] = []
    /// Values that count now and did not before.
    package var bars = 0
    /// Values that were replaced, outranked, or came too late to count.
    package var revisions = 0
    /// Candles that another candle differed from: the vendor changed its mind.
    package var revised = 0
    /// Bars and answers put to quarantine.
    package var quarantined = 0
    /// Bars newly held outside the expected slots.
    package var extras = 0
    /// Expected slots that became known to be lost, each once; and those of them of which nobody was there to capture.
    package var lost = 0
    package var lostAway = 0
    /// Lost slots that a repair filled; those of them of which nobody was there to capture; and over the others the sum of
    /// market seconds from each slot's end to its healing.
    package var healed = 0
    package var healedAway = 0
    package var secondsToHeal: Int64 = 0
    /// Slots newly proved quiet.
    package var quieted = 0
    /// The answers that executions had asked for, in the order received.
    package var answers: [LandedAnswer] = []

    /// What went to quarantine, by reason in the order met, and what of it.
    package var quarantineReasons: [String] = []

    package init(ordinal: Int64) { self.ordinal = ordinal }

    /// `3 to quarantine: outside-range, invalid-bar`
    var quarantineWords: String { "\(quarantined) to quarantine: \(quarantineReasons.joined(separator: ", "))" }
}

/// One answer an execution had asked for, as it landed.
package struct LandedAnswer: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// Valid bars within the range asked.
        case bars(Int)
        /// Of a quote: nobody traded in its minute.
        case witness
        /// The source answers and has nothing.
        case noData
        /// Not data, or in disagreement with what is held; the word stands in quarantine.
        case quarantined(String)
        /// No data came, and why.
        case failed(LossReason)
    }

    package var execution: String
    package var attempt: Int
    package var symbol: SymbolName
    /// The range asked, half-open.
    package var minutes: Range<Minute>
    package var outcome: Outcome
    /// Slots it filled that held nothing.
    package var filled: Int
    /// Slots of which it witnessed that nobody traded.
    package var witnessed: Int
    package var received: MarketTime
    /// Slots sought whose bar in an otherwise good answer is no data; ascending.
    package var spoilt: [Range<Minute>] = []

    package init(
        execution: String, attempt: Int, symbol: SymbolName, minutes: Range<Minute>, outcome: Outcome, filled: Int,
        witnessed: Int, received: MarketTime
    ) {
        self.execution = execution
        self.attempt = attempt
        self.symbol = symbol
        self.minutes = minutes
        self.outcome = outcome
        self.filled = filled
        self.witnessed = witnessed
        self.received = received
    }
}
