/// Where one curated bar came from.
package struct Provenance: Hashable, Sendable, Codable {
    /// The source: `simulated`, `finnhub`, …
    package var source: String
    /// How it was asked for: `live`, `repair`, `settle`, `backfill`, `import`.
    package var purpose: String
    /// The execution that asked, or empty.
    package var execution: String
    /// The attempt within the execution, from 1; 0 for live capture.
    package var attempt: Int
    /// Key of the raw object that holds the answer.
    package var object: String
    /// When the answer was received, UTC microseconds; the only order among answers.
    package var received: Int64

    package init(
        source: String, purpose: String, execution: String, attempt: Int, object: String, received: Int64
    ) {
        self.source = source
        self.purpose = purpose
        self.execution = execution
        self.attempt = attempt
        self.object = object
        self.received = received
    }
}

/// One value of one minute of one symbol.
package struct BarRow: Hashable, Sendable, Codable {
    package var symbol: String
    /// Start of the minute, minutes since 1970-01-01T00:00 UTC.
    package var minute: Int64
    /// Of a candle: the minute's open, high, low. Of a sample: nil, a quote is not a bar.
    package var open: Double?
    package var high: Double?
    package var low: Double?
    /// The minute's last price; of a sample, the sampled price.
    package var close: Double
    /// Shares or units traded in the minute; nil for a sample.
    package var volume: Double?
    /// Whether the value is a quote sample, which every candle outranks.
    package var sampled: Bool
    /// How many other values this minute has had before this one, from 0.
    package var revision: Int
    package var provenance: Provenance

    package init(
        symbol: String, minute: Int64, open: Double?, high: Double?, low: Double?, close: Double, volume: Double?,
        sampled: Bool, revision: Int, provenance: Provenance
    ) {
        self.symbol = symbol
        self.minute = minute
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
        self.sampled = sampled
        self.revision = revision
        self.provenance = provenance
    }
}

/// The stored masks of one partition; bit n is minute n of the hour.
package struct MaskRow: Hashable, Sendable, Codable {
    package var symbol: String
    /// Hours since 1970-01-01T00 UTC.
    package var hour: Int64
    /// A bar is held.
    package var present: UInt64
    /// The bar held is a quote sample; a subset of `present`.
    package var sampled: UInt64
    /// Proved to have had no trade.
    package var quiet: UInt64
    /// Holds one of two witnesses of quiet.
    package var oneWitness: UInt64
    /// Attempts are spent or the source refuses.
    package var unrepairable: UInt64
    /// Present through a repair; a subset of `present`.
    package var healed: UInt64
    /// Asked once more after the session and answered; the slot's value, or its absence, is the vendor's later word.
    package var settled: UInt64
    /// A candle was replaced by another candle: the vendor changed its mind; a subset of `present`.
    package var revised: UInt64
    /// Counts up with every change of the row, over the whole warehouse; so "what changed since" is a comparison.
    package var version: Int64

    package init(
        symbol: String, hour: Int64, present: UInt64 = 0, sampled: UInt64 = 0, quiet: UInt64 = 0,
        oneWitness: UInt64 = 0, unrepairable: UInt64 = 0, healed: UInt64 = 0, settled: UInt64 = 0, revised: UInt64 = 0,
        version: Int64 = 0
    ) {
        self.symbol = symbol
        self.hour = hour
        self.present = present
        self.sampled = sampled
        self.quiet = quiet
        self.oneWitness = oneWitness
        self.unrepairable = unrepairable
        self.healed = healed
        self.settled = settled
        self.revised = revised
        self.version = version
    }
}

/// What is noted of one slot beside its value: the first witness of quiet, attempts, the reason it was lost.
package struct SlotNote: Hashable, Sendable, Codable {
    package var symbol: String
    /// Minutes since 1970-01-01T00:00 UTC.
    package var minute: Int64
    /// When the first witness of quiet was received, UTC microseconds; 0 where there is none.
    package var witnessed: Int64
    /// The execution that brought the first witness; empty for live capture.
    package var witnessExecution: String
    /// Repair attempts that were spent on the slot.
    package var attempts: Int
    /// Why the slot was not captured live, or why it cannot be repaired: a word such as `flaw`, `late`, `timed-out`.
    package var reason: String
    /// Key of the raw object that holds the evidence for the reason.
    package var object: String

    package init(
        symbol: String, minute: Int64, witnessed: Int64 = 0, witnessExecution: String = "", attempts: Int = 0,
        reason: String = "", object: String = ""
    ) {
        self.symbol = symbol
        self.minute = minute
        self.witnessed = witnessed
        self.witnessExecution = witnessExecution
        self.attempts = attempts
        self.reason = reason
        self.object = object
    }
}

/// Something that arrived and is not data.
package struct QuarantineRow: Hashable, Sendable, Codable {
    /// Its number, from 1, in the order written; given by the warehouse, and the same when it is built again from raw.
    package var id: Int64 = 0
    package var symbol: String
    /// First minute concerned, minutes since 1970-01-01T00:00 UTC.
    package var minute: Int64
    package var reason: String
    /// What was wrong, harmless text of at most 200 characters.
    package var detail: String
    package var provenance: Provenance

    package init(symbol: String, minute: Int64, reason: String, detail: String, provenance: Provenance) {
        self.symbol = symbol
        self.minute = minute
        self.reason = reason
        self.detail = detail
        self.provenance = provenance
    }
}

/// Which span a derived row sums up.
package enum DerivedSpan: String, Hashable, Sendable, CaseIterable {
    /// One clock hour of one symbol.
    case hourly
    /// One session of one symbol (of a 24x7 symbol: a UTC day).
    case session
    /// One clock hour of all members of one calendar; `symbol` holds the calendar's name.
    case market
}

/// One derived fact.
package struct DerivedRow: Hashable, Sendable {
    package var span: DerivedSpan
    package var symbol: String
    /// Start of the span, minutes since 1970-01-01T00:00 UTC.
    package var start: Int64
    /// End of the span, exclusive.
    package var end: Int64
    package var open: Double?
    package var high: Double?
    package var low: Double?
    package var close: Double?
    /// Sum of the minutes' volumes; nil where any input is sampled.
    package var volume: Double?
    package var vwap: Double?
    package var realizedVariance: Double?
    /// Slots the calendar expects in the span.
    package var expected: Int
    package var present: Int
    package var quiet: Int
    package var sampled: Int
    package var healed: Int
    package var revised: Int
    /// `open`, `holed`, `whole` or `settled`.
    package var completeness: String
    /// Lower-case hexadecimal SHA-256 over the canonical form of the inputs.
    package var digest: String
    /// Of a market hour: mean log return of the members, how many rose, how many fell; nil otherwise.
    package var meanLogReturn: Double?
    package var rose: Int?
    package var fell: Int?

    package init(
        span: DerivedSpan, symbol: String, start: Int64, end: Int64, open: Double? = nil, high: Double? = nil,
        low: Double? = nil, close: Double? = nil, volume: Double? = nil, vwap: Double? = nil,
        realizedVariance: Double? = nil, expected: Int = 0, present: Int = 0, quiet: Int = 0, sampled: Int = 0,
        healed: Int = 0, revised: Int = 0, completeness: String = "open", digest: String = "",
        meanLogReturn: Double? = nil, rose: Int? = nil, fell: Int? = nil
    ) {
        self.span = span
        self.symbol = symbol
        self.start = start
        self.end = end
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
        self.vwap = vwap
        self.realizedVariance = realizedVariance
        self.expected = expected
        self.present = present
        self.quiet = quiet
        self.sampled = sampled
        self.healed = healed
        self.revised = revised
        self.completeness = completeness
        self.digest = digest
        self.meanLogReturn = meanLogReturn
        self.rose = rose
        self.fell = fell
    }
}

/// Everything one raw object does to the warehouse, written in one transaction.
package struct CuratedChange: Hashable, Sendable {
    /// Ordinal of the raw object in the catalogue; objects are applied in this order.
    package var ordinal: Int64
    /// The values that count now; replaces what the minute held.
    package var bars: [BarRow]
    /// Values that were replaced or outranked, as they were.
    package var revisions: [BarRow]
    /// Whole new masks of the partitions touched; `version` is given by the warehouse.
    package var masks: [MaskRow]
    /// Whole new notes of the slots touched.
    package var notes: [SlotNote]
    package var quarantine: [QuarantineRow]
    /// The greatest `received` of the object's records, UTC microseconds; 0 where it holds none.
    package var stamp: Int64

    package init(
        ordinal: Int64, bars: [BarRow] = [], revisions: [BarRow] = [], masks: [MaskRow] = [], notes: [SlotNote] = [],
        quarantine: [QuarantineRow] = [], stamp: Int64 = 0
    ) {
        self.ordinal = ordinal
        self.stamp = stamp
        self.bars = bars
        self.revisions = revisions
        self.masks = masks
        self.notes = notes
        self.quarantine = quarantine
    }
}

/// Reading the warehouse, beside a running owner too. Ranges are half-open; rows come ordered by symbol, then time.
package protocol WarehouseReader: Sendable {
    /// The values that count now, of one symbol, within a range of minutes.
    func bars(_ symbol: String, minutes: Range<Int64>) async throws(EngineError) -> [BarRow]
    /// The earlier values, ordered by minute and revision.
    func revisions(_ symbol: String, minutes: Range<Int64>) async throws(EngineError) -> [BarRow]
    /// The symbols anything was ever held of, ascending.
    func symbols() async throws(EngineError) -> [String]
    /// Masks of some symbols (all where empty) within a range of hours.
    func masks(_ symbols: [String], hours: Range<Int64>) async throws(EngineError) -> [MaskRow]
    /// Masks within a range of hours whose version is greater than `version`.
    func masks(changedSince version: Int64, hours: Range<Int64>) async throws(EngineError) -> [MaskRow]
    /// Notes of one symbol within a range of minutes.
    func notes(_ symbol: String, minutes: Range<Int64>) async throws(EngineError) -> [SlotNote]
    /// Derived rows whose start lies within a range of minutes; of all symbols where `symbol` is nil.
    func derived(
        _ span: DerivedSpan, symbol: String?, minutes: Range<Int64>
    ) async throws(EngineError) -> [DerivedRow]
    /// At most `limit` rows of quarantine within a range of minutes, newest first.
    func quarantine(minutes: Range<Int64>, limit: Int) async throws(EngineError) -> [QuarantineRow]
    /// One row of quarantine by its number; nil where there is none.
    func quarantine(id: Int64) async throws(EngineError) -> QuarantineRow?
    /// How many rows stand in quarantine.
    func quarantined() async throws(EngineError) -> Int64
    /// Ordinal of the last raw object applied; 0 at first.
    func applied() async throws(EngineError) -> Int64
    /// Greatest version given to a mask row; 0 at first.
    func version() async throws(EngineError) -> Int64
}

/// Curated bars, masks, notes and derived facts.
package protocol Warehouse: WarehouseReader {
    /// Applies one object's change in one transaction and returns the version its masks were given. An ordinal already
    /// applied changes nothing; an ordinal that skips one is a conflict.
    func apply(_ change: CuratedChange) async throws(EngineError) -> Int64
    /// Takes over what is sealed through an ordinal, in one transaction: like applying it, but the ordinals it skips are
    /// in it. An ordinal already applied changes nothing. Returns the version its masks were given.
    func adopt(_ state: CuratedChange) async throws(EngineError) -> Int64
    /// Replaces derived rows by (span, symbol, start) in one transaction.
    func replace(_ rows: [DerivedRow]) async throws(EngineError)
    /// Replaces what is expected, for those who ask in SQL; hours that are not named stay as they are.
    func expect(_ expectation: Expectation) async throws(EngineError)
}
