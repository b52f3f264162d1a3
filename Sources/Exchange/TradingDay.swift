import Pipeline

/// The running sums of one symbol's session, so that a quote costs only the minutes since the last one.
struct TradingDay: Sendable {
    var session: Session
    /// Minutes before this one are summed up.
    private var next: Minute
    private var open: Double?
    private var high = -Double.infinity
    private var low = Double.infinity
    /// The last price before the session; nil where there is none.
    let previousClose: Double?

    init(_ symbol: SymbolName, _ session: Session, in market: any Market) {
        self.session = session
        next = session.minutes.lowerBound
        previousClose =
            market.lastTrade(symbol, atOrBefore: MarketTime(seconds: session.minutes.lowerBound.seconds - 1))?.price
    }

    /// Open, high and low of the session's trades up to and including a moment; nil where none was yet, or where the
    /// moment lies before what is summed up already.
    mutating func range(
        _ symbol: SymbolName, through time: MarketTime, in market: any Market
    ) -> (open: Double, high: Double, low: Double)? {
        let complete = min(time.minute, session.minutes.upperBound)
        guard next <= complete else { return nil }
        for bar in market.bars(symbol, next..<complete) {
            open = open ?? bar.open
            high = max(high, bar.high)
            low = min(low, bar.low)
        }
        next = complete
        let running =
            session.minutes.contains(complete) ? market.trades(symbol, complete).filter { $0.time <= time } : []
        let prices = running.map(\.price)
        guard let open = open ?? prices.first else { return nil }
        return (open, prices.reduce(high, max), prices.reduce(low, min))
    }

    /// Whether it can still answer for a moment.
    func reaches(_ time: MarketTime) -> Bool { next <= time.minute || next == session.minutes.upperBound }
}
