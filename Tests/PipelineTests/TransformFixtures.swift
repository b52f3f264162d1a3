import Engine
import Pipeline

/// SplitMix64 (S. Vigna): a seed in, the same sequence out, everywhere.
struct TransformSeed: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

/// A world of two symbols: an always open pair and a share.
enum TransformWorld {
    static let pair = SymbolName("BTCUSDT")!
    static let share = SymbolName("AAPL")!
    /// 2019-02-11T14:30:00Z, the opening of XNYS on that day.
    static let open = Minute(seconds: 1_549_895_400)
    static let forever = Minute(20_000_000)..<Minute(40_000_000)
    static let universe = Universe([
        UniverseMember(symbol: pair, calendar: .alwaysOpen, lifetime: forever),
        UniverseMember(symbol: share, calendar: .xnys, lifetime: forever),
    ])

    static func body(_ bars: [Bar]) -> [UInt8] {
        func list(_ values: [Double]) -> String { "[" + values.map(\.description).joined(separator: ",") + "]" }
        let times = bars.map { String($0.minute.seconds) }.joined(separator: ",")
        return Array(
            ("{\"s\":\"ok\",\"t\":[\(times)],\"o\":\(list(bars.map(\.open))),\"h\":\(list(bars.map(\.high))),"
                + "\"l\":\(list(bars.map(\.low))),\"c\":\(list(bars.map(\.close))),\"v\":\(list(bars.map(\.volume)))}")
                .utf8)
    }

    static func bar(_ offset: Int, close: Double = 100, volume: Double = 10) -> Bar {
        Bar(
            minute: open.advanced(by: offset), open: close, high: close + 1, low: close - 1, close: close,
            volume: volume)
    }

    static func bars(_ offsets: some Sequence<Int>, close: Double = 100) -> [Bar] {
        offsets.map { bar($0, close: close) }
    }

    static func minutes(_ offsets: Range<Int>) -> Range<Minute> {
        open.advanced(by: offsets.lowerBound)..<open.advanced(by: offsets.upperBound)
    }

    /// Minutes after the opening as a moment.
    static func at(_ minutes: Int, _ seconds: Int64 = 0) -> MarketTime {
        MarketTime(seconds: open.seconds + Int64(minutes) * 60 + seconds)
    }

    static func candles(
        _ symbol: SymbolName, _ range: Range<Int>, wanted: [Range<Int>] = [], bars: [Bar]?,
        purpose: Purpose = .repair, execution: String = "e1", received: MarketTime
    ) -> StreamRecord {
        let body = bars.map(body) ?? Array("{\"s\":\"no_data\"}".utf8)
        return answer(
            .candles(symbol, minutes: minutes(range), wanted: wanted.map(minutes)), .reply(status: 200, body: body),
            purpose: purpose, execution: execution, received: received)
    }

    static func candles(
        _ range: Range<Int>, wanted: [Range<Int>] = [], bars: [Bar]?, purpose: Purpose = .repair,
        execution: String = "e1", received: MarketTime
    ) -> StreamRecord {
        candles(pair, range, wanted: wanted, bars: bars, purpose: purpose, execution: execution, received: received)
    }

    static func answer(
        _ question: SourceQuestion, _ answer: SourceAnswer, purpose: Purpose = .repair, execution: String = "e1",
        received: MarketTime, fresh: Bool = true
    ) -> StreamRecord {
        .answer(
            AnswerRecord(
                source: "simulated", purpose: purpose, execution: purpose == .live ? "" : execution,
                attempt: purpose == .live ? 0 : 1, question: question, sent: received, received: received,
                feedFresh: fresh, answer: answer))
    }

    static func quote(
        _ symbol: SymbolName = pair, slot: Int, price: Double = 100, t: Int64? = nil, received: MarketTime? = nil,
        fresh: Bool = true
    ) -> StreamRecord {
        let seconds = t ?? open.seconds + Int64(slot) * 60 + 30
        let body = "{\"c\":\(price),\"d\":null,\"dp\":null,\"h\":999,\"l\":1,\"o\":500,\"pc\":99,\"t\":\(seconds)}"
        return answer(
            .quote(symbol, slot: open.advanced(by: slot)), .reply(status: 200, body: Array(body.utf8)), purpose: .live,
            received: received ?? at(slot, 50), fresh: fresh)
    }
}

/// A warehouse of values: what the transform changed is held for the next object.
struct TransformStore: Equatable {
    var bars: [BarRow] = []
    var revisions: [BarRow] = []
    var masks: [MaskRow] = []
    var notes: [SlotNote] = []
    var quarantine: [QuarantineRow] = []
    var ordinal: Int64 = 0

    @discardableResult
    mutating func apply(_ records: [StreamRecord]) -> CurationSummary {
        ordinal += 1
        let held = Curation.Held(bars: bars, masks: masks, notes: notes)
        let (change, summary) = Curation.curate(
            records, object: "raw/\(ordinal)", ordinal: ordinal, held: held, universe: TransformWorld.universe)
        bars =
            change.bars
            + bars.filter { old in
                !change.bars.contains { $0.symbol == old.symbol && $0.minute == old.minute }
            }
        bars.sort { ($0.symbol, $0.minute) < ($1.symbol, $1.minute) }
        masks =
            change.masks
            + masks.filter { old in
                !change.masks.contains { $0.symbol == old.symbol && $0.hour == old.hour }
            }
        masks.sort { ($0.symbol, $0.hour) < ($1.symbol, $1.hour) }
        notes =
            change.notes
            + notes.filter { old in
                !change.notes.contains { $0.symbol == old.symbol && $0.minute == old.minute }
            }
        notes.sort { ($0.symbol, $0.minute) < ($1.symbol, $1.minute) }
        revisions += change.revisions
        quarantine += change.quarantine
        return summary
    }

    func bar(_ offset: Int, _ symbol: SymbolName = TransformWorld.pair) -> BarRow? {
        let minute = TransformWorld.open.advanced(by: offset).index
        return bars.first { $0.symbol == symbol.text && $0.minute == minute }
    }

    func note(_ offset: Int, _ symbol: SymbolName = TransformWorld.pair) -> SlotNote? {
        let minute = TransformWorld.open.advanced(by: offset).index
        return notes.first { $0.symbol == symbol.text && $0.minute == minute }
    }

    /// Whether a slot's bit stands in one of the masks.
    func has(_ mask: KeyPath<MaskRow, UInt64>, _ offset: Int, _ symbol: SymbolName = TransformWorld.pair) -> Bool {
        let minute = TransformWorld.open.advanced(by: offset)
        guard let row = masks.first(where: { $0.symbol == symbol.text && $0.hour == minute.hour.index }) else {
            return false
        }
        return row[keyPath: mask] & minute.bit != 0
    }

    /// What the five masks may never say.
    var contradictions: [MaskRow] {
        masks.filter { row in
            row.sampled & ~row.present != 0 || row.healed & ~row.present != 0 || row.revised & ~row.present != 0
                || row.quiet & row.present != 0 || row.oneWitness & (row.present | row.quiet) != 0
                || row.unrepairable & (row.present | row.quiet) != 0
        }
    }
}
