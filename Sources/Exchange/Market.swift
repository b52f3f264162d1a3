package import Pipeline

/// One trade as the tape shows it.
package struct Trade: Hashable, Sendable {
    package var time: MarketTime
    package var price: Double

    package init(time: MarketTime, price: Double) {
        self.time = time
        self.price = price
    }
}

/// What was traded: the one truth that every answer of the exchange is drawn from.
///
/// A bar is always the sum of its minute's trades: its open is the first price, its close the last.
package protocol Market: Sendable {
    /// Everything traded here, in the order of its list.
    var symbols: [SymbolName] { get }
    /// The calendar a symbol trades on.
    func calendar(of symbol: SymbolName) -> CalendarName
    /// The bar of one minute; nil: nobody traded.
    func bar(_ symbol: SymbolName, _ minute: Minute) -> Bar?
    /// The bars of a half-open range, in order.
    func bars(_ symbol: SymbolName, _ minutes: Range<Minute>) -> [Bar]
    /// The trades of one minute, in order; empty: nobody traded.
    func trades(_ symbol: SymbolName, _ minute: Minute) -> [Trade]
    /// The latest trade not after a moment; nil where there is none.
    func lastTrade(_ symbol: SymbolName, atOrBefore time: MarketTime) -> (time: MarketTime, price: Double)?
}

extension Market {
    package func bar(_ symbol: SymbolName, _ minute: Minute) -> Bar? {
        bars(symbol, minute..<minute.advanced(by: 1)).first
    }
}
