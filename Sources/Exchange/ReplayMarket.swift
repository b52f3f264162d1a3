package import Pipeline

/// A market that repeats recorded bars. Within a minute four trades carry the bar: the open at :00, the high at :18, the
/// low at :36 and the close at :54, so that a quote asked late in the minute sees this minute's close.
package struct ReplayMarket: Market {
    package let symbols: [SymbolName]
    private let tape: [SymbolName: [Bar]]

    /// Bars in any order; of two for one minute the later in the list counts.
    package init(_ recorded: [RecordedBar]) {
        var tape: [SymbolName: [Bar]] = [:]
        for record in recorded { tape[record.symbol, default: []].append(record.bar) }
        self.tape = tape.mapValues(Self.inOrder)
        symbols = tape.keys.sorted()
    }

    private static func inOrder(_ bars: [Bar]) -> [Bar] {
        let ranked = bars.enumerated().sorted { ($0.element.minute, $0.offset) < ($1.element.minute, $1.offset) }
        var result: [Bar] = []
        for (_, bar) in ranked {
            if result.last?.minute == bar.minute { result[result.count - 1] = bar } else { result.append(bar) }
        }
        return result
    }

    /// The earliest and the latest recorded minute; nil where nothing is recorded.
    package var extent: ClosedRange<Minute>? {
        let firsts = symbols.compactMap { tape[$0]?.first?.minute }
        let lasts = symbols.compactMap { tape[$0]?.last?.minute }
        guard let first = firsts.min(), let last = lasts.max() else { return nil }
        return first...last
    }

    /// Where a clock should begin: two minutes before the open of the session of the first bar.
    package var suggestedStart: MarketTime? {
        guard let first = extent?.lowerBound else { return nil }
        let opens = symbols.filter { tape[$0]?.first?.minute == first }
            .compactMap { TradingCalendar.named(calendar(of: $0)).session(containing: first)?.minutes.lowerBound }
        return (opens.min() ?? first).start - .minutes(2)
    }

    package func calendar(of symbol: SymbolName) -> CalendarName { CalendarName.usual(for: symbol) }

    package func bars(_ symbol: SymbolName, _ minutes: Range<Minute>) -> [Bar] {
        guard let bars = tape[symbol] else { return [] }
        return Array(bars[bars.place(of: minutes.lowerBound)..<bars.place(of: minutes.upperBound)])
    }

    package func trades(_ symbol: SymbolName, _ minute: Minute) -> [Trade] {
        bar(symbol, minute).map(Self.trades) ?? []
    }

    package func lastTrade(
        _ symbol: SymbolName, atOrBefore time: MarketTime
    ) -> (time: MarketTime, price: Double)? {
        guard let bars = tape[symbol] else { return nil }
        let end = bars.place(of: time.minute.advanced(by: 1))
        guard end > 0 else { return nil }
        let trade = Self.trades(bars[end - 1]).last { $0.time <= time }
        return trade.map { ($0.time, $0.price) }
    }

    private static func trades(_ bar: Bar) -> [Trade] {
        zip([0, 18, 36, 54], [bar.open, bar.high, bar.low, bar.close]).map {
            Trade(time: bar.minute.start + .seconds($0), price: $1)
        }
    }
}

extension [Bar] {
    /// The place of the first bar at or after a minute, by halving.
    fileprivate func place(of minute: Minute) -> Int {
        var range = 0..<count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = self[middle].minute < minute ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}
