import Pipeline

extension ExchangeAnswerer {
    private static let zeros = ExchangeResponse(200, json: "{\"c\":0,\"h\":0,\"l\":0,\"o\":0,\"pc\":0,\"t\":0}")

    /// The last price, the day's open, high and low so far, the close before it. An unknown symbol gets zeros.
    func quote(
        _ request: ExchangeRequest, _ faults: FaultsAtWork, now: MarketTime, state: inout ExchangeState
    ) -> ExchangeResponse {
        guard let text = request["symbol"] else { return .complaint(422, "Missing parameters: symbol") }
        let asked = now - .minutes(Int64(faults.staleMinutes))
        guard !faults.zeros, let symbol = SymbolName(text), symbols.contains(symbol),
            let last = market.lastTrade(symbol, atOrBefore: asked)
        else { return Self.zeros }
        let (day, range) = day(symbol, at: last.time, state: &state)
        let previous = day?.previousClose ?? range.open
        let change = last.price - previous
        let numbers: [(String, Double)] = [
            ("c", last.price), ("d", rounded(change)), ("dp", rounded(change / previous * 100)), ("h", range.high),
            ("l", range.low), ("o", range.open), ("pc", previous), ("t", Double(last.time.seconds)),
        ]
        return ExchangeResponse(
            200, json: "{" + numbers.map { "\"\($0.0)\":\(shortest($0.1))" }.joined(separator: ",") + "}")
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
