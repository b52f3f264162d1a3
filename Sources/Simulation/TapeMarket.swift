package import Exchange
package import Pipeline

/// What a market traded within a window, worked out once and held at hand: the truth of a simulated world. Before and
/// after the window nobody traded.
package struct TapeMarket: Market {
    package let symbols: [SymbolName]
    package let window: Range<Minute>
    private let calendars: [SymbolName: CalendarName]
    private let tape: [SymbolName: [(bar: Bar?, trades: [Trade])]]

    package init(_ market: some Market, window: Range<Minute>) {
        symbols = market.symbols
        self.window = window
        calendars = Dictionary(uniqueKeysWithValues: market.symbols.map { ($0, market.calendar(of: $0)) })
        tape = Dictionary(
            uniqueKeysWithValues: market.symbols.map { symbol in
                var bars = market.bars(symbol, window)[...]
                let minutes = window.map { minute in
                    let bar = bars.first?.minute == minute ? bars.removeFirst() : nil
                    return (bar: bar, trades: bar == nil ? [] : market.trades(symbol, minute))
                }
                return (symbol, minutes)
            })
    }

    package func calendar(of symbol: SymbolName) -> CalendarName {
        calendars[symbol] ?? CalendarName.usual(for: symbol)
    }

    package func bar(_ symbol: SymbolName, _ minute: Minute) -> Bar? { at(symbol, minute)?.bar }

    package func bars(_ symbol: SymbolName, _ minutes: Range<Minute>) -> [Bar] {
        guard let held = tape[symbol] else { return [] }
        let wanted = minutes.clamped(to: window)
        guard !wanted.isEmpty else { return [] }
        let first = window.lowerBound.distance(to: wanted.lowerBound)
        return held[first..<first + wanted.count].compactMap(\.bar)
    }

    package func trades(_ symbol: SymbolName, _ minute: Minute) -> [Trade] { at(symbol, minute)?.trades ?? [] }

    package func lastTrade(_ symbol: SymbolName, atOrBefore time: MarketTime) -> (time: MarketTime, price: Double)? {
        guard let held = tape[symbol] else { return nil }
        var place = min(window.lowerBound.distance(to: time.minute), held.count - 1)
        while place >= 0 {
            if let trade = held[place].trades.last(where: { $0.time <= time }) { return (trade.time, trade.price) }
            place -= 1
        }
        return nil
    }

    private func at(_ symbol: SymbolName, _ minute: Minute) -> (bar: Bar?, trades: [Trade])? {
        guard window.contains(minute) else { return nil }
        return tape[symbol]?[window.lowerBound.distance(to: minute)]
    }
}
