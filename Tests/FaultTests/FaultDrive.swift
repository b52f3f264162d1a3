import Engine
import Exchange
import ExchangeServer
import Pipeline
import Platform
import Runtime
import Simulation

/// One fault at work over real HTTP: a quote and a candle answer go from the exchange through libcurl, classification
/// and transform into a warehouse that holds the minutes around.
struct FaultDrive {
    /// Its price is far from that of the symbol after it.
    static let symbol = SymbolName("KO")!
    static let market = SeededMarket(seed: 5)
    /// Monday 2024-05-13 15:00:57Z, an hour and a half into the session: three seconds before a minute's end.
    static let now = MarketTime(seconds: 1_715_612_457)
    static let slot = now.minute
    /// The candles asked for, and the one slot of them that is not held.
    static let asked = slot.advanced(by: -12)..<slot.advanced(by: -2)
    static let sought = slot.advanced(by: -6)
    static let universe = Universe([
        UniverseMember(
            symbol: symbol, calendar: .xnys, lifetime: slot.advanced(by: -5_000)..<slot.advanced(by: 5_000_000))
    ])

    /// A clock that stands.
    struct StandingClock: ExchangeClock {
        func now() -> MarketTime { FaultDrive.now }
    }

    /// What came of it, in the words of the table.
    struct Seen {
        var quote = ""
        var candles = ""
        var attempts = ""
        /// Texts a person may get to see.
        var texts: [String] = []
    }

    static func run(_ fault: ExchangeFault) async throws -> Seen {
        let options = ExchangeOptions(callsPerMinute: 60, faults: [fault], start: now)
        let exchange = LoopbackExchange(market: market, options: options, clock: StandingClock())
        let port = try await exchange.start()
        let transport = try CurlTransport(baseURL: "http://127.0.0.1:\(port)/api/v1", defaultHeaders: [])
        let client = SourceClient(transport: transport) { _ in 1_500 }
        let quote = SourceCall(question: .quote(symbol, slot: slot), purpose: .live)
        let candles = SourceCall(
            question: .candles(symbol, minutes: asked, wanted: [sought..<sought.advanced(by: 1)]), purpose: .repair,
            execution: "e1", attempt: 1)
        var seen = Seen()
        let first = try await take(quote, await client.ask(quote))
        let second = try await take(candles, await client.ask(candles))
        seen.quote = first.words
        seen.candles = second.words
        seen.attempts = String(second.attempts)
        seen.texts = first.texts + second.texts
        transport.close()
        await exchange.stop()
        return seen
    }

    /// Curates one answer over what is held, and says what became of its slot.
    static func take(
        _ call: SourceCall, _ asked: (answer: SourceAnswer, digest: AnswerDigest)
    ) async throws -> (words: String, attempts: Int, texts: [String]) {
        let warehouse = MemoryWarehouse(world: MemoryWorld())
        _ = try warehouse.apply(held)
        let record = StreamRecord.answer(
            AnswerRecord(
                source: "simulated", purpose: call.purpose, execution: call.execution, attempt: call.attempt,
                question: call.question, sent: now, received: now + .seconds(1), answer: asked.answer))
        // Through its bytes, as the stream holds it.
        let stored = try StreamRecord.decode(record.encoded())
        let (change, _) = Curation.curate(
            [stored], object: "raw/2", ordinal: 2, held: try await warehouse.everything(), universe: universe)
        _ = try warehouse.apply(change)
        let minute = call.purpose == .live ? slot : sought
        let range = minute.index..<minute.index + 1
        let mask = try warehouse.masks([symbol.text], hours: minute.hour.index..<minute.hour.index + 1).first
        let note = try warehouse.notes(symbol.text, minutes: range).first
        let quarantine = try warehouse.quarantine(minutes: .min..<(.max), limit: 9)
        var words: [String] = []
        if let bar = try warehouse.bars(symbol.text, minutes: range).first {
            words.append(bar.isTrue ? "held" : "held, and untrue")
        }
        if (mask?.oneWitness ?? 0) & minute.bit != 0 { words.append("one witness of quiet") }
        words += quarantine.map { "quarantine \($0.reason)" }
        if let reason = note?.reason, !reason.isEmpty { words.append("lost \(reason)") }
        return (
            "\(asked.digest.outcome.word): \(words.isEmpty ? "-" : words.joined(separator: ", "))", note?.attempts ?? 0,
            quarantine.map(\.detail) + [asked.digest.outcome.trouble ?? ""]
        )
    }

    /// The true candles of the minutes before the slot, but for the one that is sought.
    private static let held: CuratedChange = {
        let minutes = slot.advanced(by: -22)..<slot.advanced(by: -2)
        let rows = market.bars(symbol, minutes).filter { $0.minute != sought }.map { bar in
            BarRow(
                symbol: symbol.text, minute: bar.minute.index, open: bar.open, high: bar.high, low: bar.low,
                close: bar.close, volume: bar.volume, sampled: false, revision: 0,
                provenance: Provenance(
                    source: "simulated", purpose: "live", execution: "", attempt: 0, object: "raw/1", received: 1))
        }
        let masks = minutes.hours.map { hour in
            MaskRow(
                symbol: symbol.text, hour: hour.index,
                present: rows.filter { Minute($0.minute).hour == hour }.reduce(0) { $0 | Minute($1.minute).bit })
        }
        return CuratedChange(ordinal: 1, bars: rows, masks: masks)
    }()
}

extension MemoryWarehouse {
    fileprivate func everything() async throws -> Curation.Held {
        let symbol = FaultDrive.symbol.text
        return Curation.Held(
            bars: try bars(symbol, minutes: .min / 2..<(.max / 2)), masks: try masks([], hours: .min / 2..<(.max / 2)),
            notes: try notes(symbol, minutes: .min / 2..<(.max / 2)))
    }
}

extension BarRow {
    /// Whether the market traded so.
    fileprivate var isTrue: Bool {
        let minute = Minute(minute)
        if sampled { return FaultDrive.market.trades(FaultDrive.symbol, minute).contains { $0.price == close } }
        guard let bar = FaultDrive.market.bar(FaultDrive.symbol, minute) else { return false }
        return bar.close == close && bar.open == open && bar.high == high && bar.low == low && bar.volume == volume
    }
}

extension Minute {
    fileprivate var bit: UInt64 { 1 << UInt64(offset) }
}

extension AnswerClass {
    /// The class as the table names it.
    var word: String {
        switch self {
        case .data: "data"
        case .noData: "no data"
        case .keyRefused: "key refused"
        case .noAccess: "no access"
        case .throttled: "throttled"
        case .transient: "transient"
        case .notData: "not data"
        case .malformed: "malformed"
        }
    }
}
