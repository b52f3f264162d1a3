package import Pipeline

/// A market out of one number: any minute of any symbol is computed directly from the seed.
package struct SeededMarket: Market {
    package let symbols: [SymbolName]
    private let known: [SymbolName: SeededSymbol]

    /// Any name is a symbol; those of `defaultSymbols` have a familiar price and volume.
    package init(seed: UInt64, symbols: [SymbolName] = SeededMarket.defaultSymbols) {
        self.symbols = symbols
        known = Dictionary(symbols.map { ($0, SeededSymbol($0, seed: seed)) }, uniquingKeysWith: { first, _ in first })
    }

    package func calendar(of symbol: SymbolName) -> CalendarName {
        known[symbol]?.calendar ?? CalendarName.usual(for: symbol)
    }

    package func bars(_ symbol: SymbolName, _ minutes: Range<Minute>) -> [Bar] {
        guard let symbol = known[symbol] else { return [] }
        var bars: [Bar] = []
        for session in TradingCalendar.named(symbol.calendar).sessions(overlapping: minutes) {
            for minute in session.minutes.clamped(to: minutes) {
                if let bar = bar(symbol, minute, in: session) { bars.append(bar) }
            }
        }
        return bars
    }

    package func trades(_ symbol: SymbolName, _ minute: Minute) -> [Trade] {
        guard let symbol = known[symbol], TradingCalendar.named(symbol.calendar).session(containing: minute) != nil
        else { return [] }
        return trades(symbol, minute)
    }

    package func lastTrade(
        _ symbol: SymbolName, atOrBefore time: MarketTime
    ) -> (time: MarketTime, price: Double)? {
        guard let symbol = known[symbol] else { return nil }
        // No closure of an exchange in living memory was longer than ten days.
        let reach = time.minute.advanced(by: -14_400)..<time.minute.advanced(by: 1)
        for session in TradingCalendar.named(symbol.calendar).sessions(overlapping: reach).reversed() {
            for minute in session.minutes.clamped(to: reach).reversed() {
                if let trade = trades(symbol, minute).last(where: { $0.time <= time }) {
                    return (trade.time, trade.price)
                }
            }
        }
        return nil
    }

    private func bar(_ symbol: SeededSymbol, _ minute: Minute, in session: Session) -> Bar? {
        let prices = trades(symbol, minute).map(\.price)
        guard let open = prices.first, let close = prices.last else { return nil }
        return Bar(
            minute: minute, open: open, high: prices.max() ?? open, low: prices.min() ?? open, close: close,
            volume: volume(symbol, minute, in: session))
    }

    /// The session's minutes are taken for granted. The first trade of a liquid symbol falls in the minute's first
    /// quarter, so that a quote asked late in the minute sees it.
    private func trades(_ symbol: SeededSymbol, _ minute: Minute) -> [Trade] {
        let chance = seededHash(symbol.seed, UInt64(bitPattern: minute.index), 0x71)
        guard unit(chance) >= symbol.quietShare else { return [] }
        let count = symbol.thin ? 1 + Int64(chance % 3) : 4 + Int64(chance % 5)
        let stratum = 60 / count
        return (0..<count).map { ordinal in
            let die = seededHash(chance, UInt64(ordinal))
            let second = ordinal * stratum + Int64(die % UInt64(stratum))
            let smooth = symbol.path.price(at: Double(minute.index) + Double(second) / 60)
            let tick = Double((die >> 32) % 3) - 1
            return Trade(
                time: MarketTime(seconds: minute.seconds + second), price: max(1, (smooth * 100).rounded() + tick) / 100
            )
        }
    }

    /// Busy at the open and the close, calm at noon; pairs breathe over the day. Shares are whole, units have decimals.
    private func volume(_ symbol: SeededSymbol, _ minute: Minute, in session: Session) -> Double {
        let place = Double(minute.index - session.minutes.lowerBound.index) / Double(max(1, session.minutes.count))
        let shape = 0.6 + 1.2 * (2 * place - 1) * (2 * place - 1)
        let die = unit(seededHash(symbol.seed, UInt64(bitPattern: minute.index), 0x72))
        let volume = symbol.volume * shape * (0.4 + 1.2 * die * die + 0.4 * die)
        return symbol.calendar == .alwaysOpen ? max(1, (volume * 1e5).rounded()) / 1e5 : max(1, volume.rounded())
    }
}
