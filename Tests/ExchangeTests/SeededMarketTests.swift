import Exchange
import Pipeline
import Testing

struct SeededMarketTests {
    /// Monday 2024-05-13, the New York session 13:30Z to 20:00Z.
    static let session = Minute(seconds: 1_715_607_000)..<Minute(seconds: 1_715_630_400)
    let market = SeededMarket(seed: 7)

    func symbol(_ text: String) throws -> SymbolName { try #require(SymbolName(text)) }

    @Test func aSlotIsTheSameInAnyOrderOfAsking() {
        for symbol in market.symbols {
            let straight = market.bars(symbol, Self.session)
            let again = SeededMarket(seed: 7, symbols: [symbol])
            let backwards = Self.session.reversed().compactMap { again.bar(symbol, $0) }
            #expect(straight == backwards.reversed(), "\(symbol)")
            #expect(SeededMarket(seed: 8).bars(symbol, Self.session) != straight, "\(symbol)")
        }
    }

    @Test func aBarIsTheSumOfItsTradesAndTheQuoteOfACompletedMinuteItsClose() {
        for symbol in market.symbols {
            for minute in Self.session {
                let trades = market.trades(symbol, minute)
                guard let bar = market.bar(symbol, minute) else {
                    #expect(trades.isEmpty)
                    continue
                }
                #expect(bar.open == trades.first?.price && bar.close == trades.last?.price)
                #expect(bar.high == trades.map(\.price).max() && bar.low == trades.map(\.price).min())
                #expect(bar.low > 0 && bar.volume > 0 && bar.volume.isFinite)
                #expect(
                    trades.allSatisfy {
                        $0.time.minute == minute && $0.price * 100 == ($0.price * 100).rounded(.toNearestOrEven)
                            || abs($0.price * 100 - ($0.price * 100).rounded()) < 1e-6
                    })
                #expect(zip(trades, trades.dropFirst()).allSatisfy { $0.time < $1.time })
                let last = market.lastTrade(symbol, atOrBefore: MarketTime(microseconds: minute.end.microseconds - 1))
                #expect(last?.time == trades.last?.time && last?.price == bar.close)
            }
        }
    }

    @Test func aQuoteSeesTheLastTradeAtOrBeforeItsSecond() throws {
        for symbol in [try symbol("AAPL"), try symbol("PPLT"), try symbol("BINANCE:BTCUSDT")] {
            var last: Trade?
            for minute in Self.session.prefix(60) {
                let trades = market.trades(symbol, minute)
                for second in 0..<60 {
                    let now = minute.start + .seconds(Int64(second))
                    last = trades.last { $0.time <= now } ?? last
                    guard let last else { continue }
                    let seen = market.lastTrade(symbol, atOrBefore: now)
                    #expect(seen?.time == last.time && seen?.price == last.price)
                }
            }
        }
    }

    @Test func liquidSymbolsMissFewMinutesAndThinOnesMost() throws {
        let weeks = Minute(seconds: 1_715_558_400)..<Minute(seconds: 1_715_558_400 + 28 * 86_400)
        let slots = try TradingSlots(weeks)
        for symbol in market.symbols where market.calendar(of: symbol) == .xnys {
            let share = Double(market.bars(symbol, weeks).count) / Double(slots.count)
            let thin = ["PPLT", "UGA"].contains(symbol.text)
            #expect(thin ? (0.3...0.5).contains(share) : (0.99..<1).contains(share), "\(symbol) \(share)")
        }
        let pair = try symbol("BINANCE:BTCUSDT")
        #expect((0.995..<1).contains(Double(market.bars(pair, weeks).count) / Double(weeks.count)))
    }

    @Test func thePathLooksContinuousAndTheBusyHoursAreTheFirstAndTheLast() throws {
        for symbol in market.symbols where !["PPLT", "UGA"].contains(symbol.text) {
            let bars = market.bars(symbol, Self.session)
            for (before, after) in zip(bars, bars.dropFirst()) {
                #expect(abs(after.open / before.close - 1) < 0.006, "\(symbol) \(after.minute)")
            }
        }
        let volumes = market.bars(try symbol("SPY"), Self.session).map(\.volume)
        let edges = volumes.prefix(60).reduce(0, +) + volumes.suffix(60).reduce(0, +)
        let noon = volumes.dropFirst(135).prefix(120).reduce(0, +)
        #expect(edges > 1.5 * noon)
    }

    @Test func nobodyTradesOutsideTheSessionAndTheFridaysCloseLastsOverTheWeekend() throws {
        let apple = try symbol("AAPL")
        let before = Minute(Self.session.lowerBound.index - 900)..<Self.session.lowerBound
        #expect(market.bars(apple, before).isEmpty)
        #expect(market.trades(apple, Self.session.upperBound).isEmpty)
        let friday = try #require(market.lastTrade(apple, atOrBefore: Self.session.lowerBound.start - .seconds(1)))
        #expect(friday.time.iso8601.hasPrefix("2024-05-10T19:59"))
    }

    @Test func listsAreAsLongAsPromised() {
        #expect(SeededMarket.defaultSymbols.count == 24)
        #expect(SeededMarket.demoSymbols.count == 11)
        #expect(Set(SeededMarket.demoSymbols).isSubset(of: Set(SeededMarket.defaultSymbols)))
    }
}

/// The slots New York expects in a range, counted apart from the market.
struct TradingSlots {
    let count: Int

    init(_ range: Range<Minute>) throws {
        let market = SeededMarket(seed: 1, symbols: [try #require(SymbolName("SPY"))])
        let days = Set(market.bars(market.symbols[0], range).map { $0.minute.seconds / 86_400 })
        count = days.count * 390
    }
}
