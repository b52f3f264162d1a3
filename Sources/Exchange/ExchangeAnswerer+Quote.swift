import Pipeline

extension ExchangeAnswerer {
    private static let zeros = ExchangeResponse(200, json: "{\"c\":0,\"h\":0,\"l\":0,\"o\":0,\"pc\":0,\"t\":0}")

    /// The last price, the day's open, high and low so far, the close before it. An unknown symbol gets zeros.
    func quote(
        _ request: ExchangeRequest, _ faults: FaultsAtWork, now: MarketTime, state: inout ExchangeState
    ) -> ExchangeResponse {
        guard let text = request["symbol"] else { return .complaint(422, "Missing parameters: symbol") }
        let asked = now - .minutes(Int64(faults.staleMinutes))
        guard !faults.zeros, let named = SymbolName(text), symbols.contains(named) else { return Self.zeros }
        let symbol = faults.foreign ? next(after: named) : named
        guard let last = market.lastTrade(symbol, atOrBefore: asked)
        else { return Self.zeros }
        let (day, range) = day(symbol, at: last.time, state: &state)
        let previous = day?.previousClose ?? range.open
        let change = last.price - previous
        var numbers: [(String, Double)] = [
            ("c", last.price), ("d", rounded(change)), ("dp", rounded(change / previous * 100)), ("h", range.high),
            ("l", range.low), ("o", range.open), ("pc", previous), ("t", Double(last.time.seconds)),
        ]
        if let absurdity = faults.absurdQuote { Self.spoil(&numbers, absurdity) }
        return ExchangeResponse(
            200, json: "{" + numbers.map { "\"\($0.0)\":\(shortest($0.1))" }.joined(separator: ",") + "}")
    }

    private static func spoil(_ numbers: inout [(String, Double)], _ absurdity: ExchangeFault.Absurdity) {
        switch absurdity {
        case .negative: numbers[0].1 *= -1
        case .zero: numbers[0].1 = 0
        case .nan: numbers[0].1 = .nan
        case .huge: numbers[0].1 = 1e308
        case .inverted: (numbers[3].1, numbers[4].1) = (numbers[4].1 - 0.01, numbers[3].1)
        }
    }

    /// The session of a trade and its range up to that trade. Outside any session the trade stands alone.
    private func day(
        _ symbol: SymbolName, at time: MarketTime, state: inout ExchangeState
    ) -> (TradingDay?, (open: Double, high: Double, low: Double)) {
        let alone = { (price: Double) in (open: price, high: price, low: price) }
        var day = state.days[symbol]
        if day?.session.minutes.contains(time.minute) != true || day?.reaches(time) != true {
            day = TradingCalendar.named(market.calendar(of: symbol)).session(containing: time.minute)
                .map { TradingDay(symbol, $0, in: market) }
        }
        let range = day?.range(symbol, through: time, in: market)
        state.days[symbol] = day
        return (day, range ?? alone(market.lastTrade(symbol, atOrBefore: time)?.price ?? 0))
    }

    /// Four decimals, as Finnhub gives changes.
    private func rounded(_ number: Double) -> Double { (number * 10_000).rounded() / 10_000 + 0 }
}
