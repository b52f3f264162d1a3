package import Pipeline

/// How one symbol of the seeded market behaves.
struct SeededSymbol: Sendable {
    var name: SymbolName
    var calendar: CalendarName
    var path: SeededPath
    /// Its own chance.
    var seed: UInt64
    /// Shares or units of an average minute.
    var volume: Double
    /// Whether it trades in two minutes of five only.
    var thin: Bool

    /// Share of session minutes in which nobody trades.
    var quietShare: Double { thin ? 0.6 : 0.002 }

    init(_ name: SymbolName, seed: UInt64) {
        let own = seededHash(seed, textHash(name.text))
        let known = Self.familiar[name.text]
        self.name = name
        self.seed = own
        calendar = CalendarName.usual(for: name)
        thin = known?.thin ?? false
        volume = known?.volume ?? (2_000 + 40_000 * unit(seededHash(own, 1)))
        path = SeededPath(
            seed: own, base: known?.base ?? (20 + 380 * unit(seededHash(own, 2))),
            volatility: calendar == .alwaysOpen ? 2 : 0.7 + 0.8 * unit(seededHash(own, 3)))
    }

    private static let familiar: [String: (base: Double, volume: Double, thin: Bool)] = [
        "AAPL": (190, 140_000, false), "AMD": (150, 120_000, false), "AMZN": (170, 95_000, false),
        "DIS": (100, 26_000, false), "GOOGL": (160, 60_000, false), "INTC": (34, 110_000, false),
        "JNJ": (155, 17_000, false), "JPM": (195, 24_000, false), "KO": (61, 31_000, false),
        "META": (480, 40_000, false), "MSFT": (410, 55_000, false), "NFLX": (610, 9_000, false),
        "NVDA": (120, 700_000, false), "PG": (163, 16_000, false), "PPLT": (86, 250, true),
        "QQQ": (440, 100_000, false), "SPY": (515, 170_000, false), "TSLA": (178, 250_000, false),
        "UGA": (66, 120, true), "V": (275, 15_000, false), "WMT": (62, 42_000, false), "XOM": (114, 39_000, false),
        "BINANCE:BTCUSDT": (64_000, 18, false), "BINANCE:ETHUSDT": (3_100, 240, false),
    ]
}

extension SeededMarket {
    /// Twenty-two familiar US tickers, two of them thin (PPLT, UGA), and two pairs that never sleep.
    package static let defaultSymbols: [SymbolName] = [
        "AAPL", "AMD", "AMZN", "DIS", "GOOGL", "INTC", "JNJ", "JPM", "KO", "META", "MSFT", "NFLX", "NVDA", "PG", "PPLT",
        "QQQ", "SPY", "TSLA", "UGA", "V", "WMT", "XOM", "BINANCE:BTCUSDT", "BINANCE:ETHUSDT",
    ].compactMap(SymbolName.init)

    /// Eleven US tickers for the demo, one of them thin; all sleep at night, so nights can be skipped.
    package static let demoSymbols: [SymbolName] = [
        "AAPL", "AMZN", "DIS", "GOOGL", "JPM", "KO", "MSFT", "NVDA", "PPLT", "SPY", "TSLA",
    ].compactMap(SymbolName.init)
}
