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
    /// Faults whose windows are left out of candles now.
    private(set) var holes: [ExchangeFault] = []
    /// An answer instead of any other.
    private(set) var transport: ExchangeResponse?
    private var truncated = false
    private var delivery = ExchangeResponse.Delivery.prompt
    private let start: MarketTime

    init(
        _ faults: [ExchangeFault], topic: Topic, symbol: SymbolName?, now: MarketTime, options: ExchangeOptions,
        request: UInt64
    ) {
        start = options.start
        for fault in faults where fault.symbol == nil || fault.symbol == symbol {
            if case .hole = fault.kind {
                holes.append(fault)
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
        case .truncated: truncated = true
        case .tooMany: tooMany = true
        case .badKey: badKey = true
        case .candlesForbidden: candlesForbidden = true
        case .noData: noData = true
        case .zeros: zeros = true
        case .stale(let minutes): staleMinutes = max(staleMinutes, minutes)
        case .hole: break
        }
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
        if truncated { response.body.removeLast(response.body.count - response.body.count / 2) }
        if response.delivery == .prompt { response.delivery = delivery }
        return response
    }

    /// Whether a bar is left out at `now`: its minute lies in a hole that is not filled yet.
    func hides(_ minute: Minute, of symbol: SymbolName, now: MarketTime, seed: UInt64) -> Bool {
        holes.contains { hole in
            guard case .hole(let minutes) = hole.kind, hole.isActive(at: minute.start, start: start) else {
                return false
            }
            return now < minute.end + .minutes(Int64(minutes))
                && hole.strikes(seed: seed, request: 0, symbol: symbol, minute: minute)
        }
    }
}
