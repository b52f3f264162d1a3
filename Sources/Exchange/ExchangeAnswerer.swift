package import Pipeline

/// Finnhub's protocol as a function: a question, the time and what is remembered give an answer.
package struct ExchangeAnswerer: Sendable {
    package let market: any Market
    package let options: ExchangeOptions
    let symbols: Set<SymbolName>

    package init(market: any Market, options: ExchangeOptions) {
        self.market = market
        self.options = options
        symbols = Set(market.symbols)
    }

    /// Answers one request asked at `now`; every answer bears the rate limit's headers.
    package func answer(_ request: ExchangeRequest, now: MarketTime, state: inout ExchangeState) -> ExchangeResponse {
        state.requests += 1
        let topic = Topic(request)
        state.counts.count(topic)
        let faults = FaultsAtWork(
            state.faults, topic: topic, symbol: request["symbol"].flatMap(SymbolName.init), now: now, options: options,
            request: state.requests)
        var response =
            faults.transport ?? gate(request, faults, now: now, state: &state)
            ?? reply(request, topic, faults, now: now, state: &state)
        response.headers += limitHeaders(now, state)
        if response.status >= 400 || response.delivery == .never || response.delivery == .dropped {
            state.counts.failed += 1
        }
        response = faults.spoilt(response)
        if topic == .candle, options.candleMilliseconds > 0, response.delivery == .prompt {
            response.delivery = .late(milliseconds: options.candleMilliseconds)
        }
        return response
    }

    /// The key and the rate limit; nil lets the request pass.
    private func gate(
        _ request: ExchangeRequest, _ faults: FaultsAtWork, now: MarketTime, state: inout ExchangeState
    ) -> ExchangeResponse? {
        if faults.badKey { return .complaint(401, "Invalid API key.") }
        if let token = options.token {
            guard let given = request.token, !given.isEmpty else { return .complaint(401, "Please use an API key.") }
            guard given == token else { return .complaint(401, "Invalid API key.") }
        }
        guard !faults.tooMany, state.secondWindow.admit(now), state.minuteWindow.admit(now) else {
            return .complaint(429, "API limit reached. Please try again later. Remaining Limit: 0")
        }
        return nil
    }

    private func limitHeaders(_ now: MarketTime, _ state: ExchangeState) -> [ExchangeResponse.Header] {
        guard options.callsPerMinute > 0 else { return [] }
        return [
            .init("X-Ratelimit-Limit", String(options.callsPerMinute)),
            .init("X-Ratelimit-Remaining", String(state.minuteWindow.remaining)),
            .init("X-Ratelimit-Reset", String(state.minuteWindow.reset(now))),
        ]
    }

    private func reply(
        _ request: ExchangeRequest, _ topic: Topic, _ faults: FaultsAtWork, now: MarketTime, state: inout ExchangeState
    ) -> ExchangeResponse {
        switch topic {
        case .quote: quote(request, faults, now: now, state: &state)
        case .candle: faults.candlesForbidden ? Self.forbidden : candles(request, faults, now: now)
        case .status: marketStatus(request, now: now)
        case .holiday: marketHolidays(request, now: now)
        case .other:
            ExchangeResponse(status: 404, headers: [.init("Content-Type", "text/plain")], body: Array("Not Found".utf8))
        }
    }

    private static let forbidden = ExchangeResponse.complaint(403, "You don't have access to this resource.")
}

/// What is asked.
enum Topic: Hashable, Sendable {
    case quote, candle, status, holiday, other

    init(_ request: ExchangeRequest) {
        switch request.path {
        case "/quote": self = .quote
        case "/stock/candle", "/crypto/candle", "/forex/candle": self = .candle
        case "/stock/market-status": self = .status
        case "/stock/market-holiday": self = .holiday
        default: self = .other
        }
    }
}

extension RequestCounts {
    mutating func count(_ topic: Topic) {
        switch topic {
        case .quote: quote += 1
        case .candle: candle += 1
        case .status: status += 1
        case .holiday: holiday += 1
        case .other: other += 1
        }
    }
}
