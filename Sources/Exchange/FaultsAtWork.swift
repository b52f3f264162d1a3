import Pipeline

/// The faults that strike one request.
struct FaultsAtWork {
    private(set) var badKey = false
    private(set) var tooMany = false
    private(set) var candlesForbidden = false
    private(set) var noData = false
    private(set) var zeros = false
    /// How many minutes old a quote is.
    private(set) var staleMinutes = 0
    /// Faults whose window is about the bar's own time, not about the request's.
    private var lasting: [ExchangeFault] = []
    private var adjusted = false
    /// What becomes of the bars of a candle answer, in the order of the faults.
    private var spoilings: [CandleSpoiling] = []
    /// What becomes of a complete answer on its way out.
    private var wrappings: [AnswerWrapping] = []
    /// Whether another symbol's data is given.
    private(set) var foreign = false
    /// Minutes of candles that are given beyond the range asked, on either side.
    private(set) var minutesBeyond: Int64 = 0
    /// What is absurd of a quote.
    private(set) var absurdQuote: ExchangeFault.Absurdity?
    private let topic: Topic
    /// An answer instead of any other.
    private(set) var transport: ExchangeResponse?
    private var delivery = ExchangeResponse.Delivery.prompt
    private let start: MarketTime

    init(
        _ faults: [ExchangeFault], topic: Topic, symbol: SymbolName?, now: MarketTime, options: ExchangeOptions,
        request: UInt64
    ) {
        start = options.start
        self.topic = topic
        for fault in faults where fault.symbol == nil || fault.symbol == symbol {
            if fault.isAboutBars {
                lasting.append(fault)
                if case .absurd(let absurdity) = fault.kind, topic == .quote,
                    fault.isActive(at: now, start: options.start),
                    fault.strikes(seed: options.seed, request: request, symbol: symbol, minute: now.minute)
                {
                    absurdQuote = absurdity
                }
            } else if fault.isActive(at: now, start: options.start),
                fault.strikes(seed: options.seed, request: request, symbol: symbol, minute: now.minute)
            {
                apply(fault.kind)
            }
        }
    }

    private mutating func apply(_ kind: ExchangeFault.Kind) {
        switch kind {
        case .outage: transport = transport ?? ExchangeResponse(status: 503, delivery: .dropped)
        case .hang: transport = transport ?? ExchangeResponse(status: 504, delivery: .never)
        case .serverError(let status): transport = transport ?? Self.page(status, "The server failed (\(status))")
        case .html: transport = transport ?? Self.page(200, "We are down for maintenance")
        case .redirect:
            transport = transport ?? Self.page(302, "Moved", extra: [.init("Location", "/maintenance.html")])
        case .cut: delivery = .cut
        case .slow(let milliseconds): delivery = .late(milliseconds: milliseconds)
        case .truncated: wrappings.append(.half)
        case .tooMany: tooMany = true
        case .badKey: badKey = true
        case .candlesForbidden: candlesForbidden = true
        case .noData: noData = true
        case .zeros: zeros = true
        case .stale(let minutes): staleMinutes = max(staleMinutes, minutes)
        case .adjusted: adjusted = true
        case .malformed: wrappings.append(.commaTooMany)
        case .unequal: spoilings.append(.unequal)
        case .duplicates: spoilings.append(.twice(differing: false))
        case .conflicts: spoilings.append(.twice(differing: true))
        case .unsorted: spoilings.append(.backwards)
        case .shifted(let minutes): spoilings.append(.shifted(minutes: minutes))
        case .outside: minutesBeyond = 10
        case .foreign: foreign = true
        case .oversized: delivery = .padded(bytes: 9 << 20)
        case .endless: delivery = .endless
        case .compression(let how): wrappings.append(.compressed(how))
        case .headers(let which): wrappings.append(.headers(which))
        case .escapes: wrappings.append(.escapes)
        case .hole, .revised, .absurd: break
        }
    }

    /// The columns of a candle answer as the faults leave them.
    func spoilt(_ bars: [Bar]) -> CandleColumns {
        var columns = CandleColumns(bars)
        for spoiling in spoilings { spoiling.apply(to: &columns) }
        return columns
    }

    private static func page(_ status: Int, _ text: String, extra: [ExchangeResponse.Header] = []) -> ExchangeResponse {
        ExchangeResponse(
            status: status, headers: [.init("Content-Type", "text/html; charset=utf-8")] + extra,
            body: Array(
                "<!DOCTYPE html><html><head><title>\(text)</title></head><body><h1>\(text)</h1></body></html>".utf8))
    }

    /// The answer with what its way does to it.
    func spoilt(_ response: ExchangeResponse) -> ExchangeResponse {
        var response = response
        for wrapping in wrappings { wrapping.apply(to: &response, topic) }
        if response.delivery == .prompt { response.delivery = delivery }
        return response
    }

    /// A bar as a candle shows it at `now`; nil: it is left out.
    func shown(_ bar: Bar, of symbol: SymbolName, now: MarketTime, seed: UInt64) -> Bar? {
        var bar = bar
        for fault in lasting where fault.isActive(at: bar.minute.start, start: start) {
            guard fault.strikes(seed: seed, request: 0, symbol: symbol, minute: bar.minute) else { continue }
            if case .hole(let minutes) = fault.kind, now < bar.minute.end + .minutes(Int64(minutes)) { return nil }
            if case .revised(let minutes) = fault.kind, now < bar.minute.end + .minutes(Int64(minutes)) {
                bar.close = bar.close == bar.low ? bar.high : bar.low
                bar.volume += 100
            }
            if case .absurd(let absurdity) = fault.kind { bar = bar.absurd(absurdity) }
        }
        return adjusted ? bar.split : bar
    }
}

extension Bar {
    /// Two for one.
    fileprivate var split: Bar {
        Bar(minute: minute, open: open / 2, high: high / 2, low: low / 2, close: close / 2, volume: volume * 2)
    }
}
