import Exchange
import Foundation
import Pipeline
import Testing

struct ReplayMarketTests {
    static let csv = """
        symbol,epoch_utc_seconds,o,h,l,c,v
        AAPL,1549895400,171.14,171.2,170.7,170.97,619925
        AAPL,1549895460,170.92,170.92,170.6755,170.7701,123138\r

        UGA,1549895520,30,30,30,30,0
        """

    @Test func theLastTradesFollowTheBar() throws {
        let market = ReplayMarket(try readRecordedBars(Array(Self.csv.utf8)))
        let apple = try #require(SymbolName("AAPL"))
        let open: Int64 = 1_549_895_400
        #expect(market.symbols.map(\.text) == ["AAPL", "UGA"])
        #expect(market.lastTrade(apple, atOrBefore: MarketTime(seconds: open - 1)) == nil)
        let seen = [0, 17, 18, 36, 53, 54, 59, 60, 120, 9_999].map {
            market.lastTrade(apple, atOrBefore: MarketTime(seconds: open + $0))?.price
        }
        #expect(seen == [171.14, 171.14, 171.2, 170.7, 170.7, 170.97, 170.97, 170.92, 170.7701, 170.7701])
        #expect(market.suggestedStart == MarketTime(seconds: open - 120))
        #expect(market.extent == Minute(seconds: open)...Minute(seconds: open + 120))
    }

    @Test func anyOrderIsReadAndOfTwoTheLaterCounts() throws {
        let text = "B,120,2,2,2,2,1\nB,60,1,1,1,1,1\nB,120,3,3,3,3,1\n"
        let market = ReplayMarket(try readRecordedBars(Array(text.utf8)))
        let bars = market.bars(market.symbols[0], Minute(0)..<Minute(10))
        #expect(bars.map(\.close) == [1, 3])
    }

    @Test func aLineThatIsNoBarIsNamedWithItsNumber() {
        let good = "AAPL,60,1,1,1,1,1\n"
        let cases: [(String, String)] = [
            ("AAPL,60,1,1,1,1", "7 fields are needed"), ("A..B,60,1,1,1,1,1", "is no symbol: it holds .."),
            (",60,1,1,1,1,1", "is no symbol: it is empty"), ("AAPL,x,1,1,1,1,1", "is no time in seconds"),
            ("AAPL,61,1,1,1,1,1", "not the start of a minute"),
            ("AAPL,60,nan,1,1,1,1", "the open \"nan\" is no finite"),
            ("AAPL,60,1,inf,1,1,1", "the high \"inf\""), ("AAPL,60,1,1,,1,1", "the low \"\""),
            ("AAPL,60,1,1,2,1,1", "the high 1.0 is below the low 2.0"),
            ("AAPL,60,3,2,1,1,1", "the open 3.0 lies outside"),
            ("AAPL,60,1,2,1,3,1", "the close 3.0 lies outside"), ("AAPL,60,0,0,0,0,1", "not above 0"),
            ("AAPL,60,1,1,1,1,-1", "the volume -1.0 is below 0"), ("symbol,epoch_utc_seconds,o,h,l,c,v", "is no time"),
            ("\u{1B}[2J,60,1,1,1,1,1", "\"\\u{1b}[2J\" is no symbol"),
        ]
        for (line, complaint) in cases {
            #expect(throws: RecordingError.self, "\(line)") { try readRecordedBars(Array((good + line).utf8)) }
            do { _ = try readRecordedBars(Array((good + line).utf8)) } catch {
                #expect(error.line == 2 && error.description.contains(complaint), "\(error)")
            }
        }
    }

    @Test func theRecordedWeekIsReplayedRowByRow() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../shared/market/us24_2019w07.csv").standardized
        guard let data = try? Data(contentsOf: file) else {
            print("SKIPPED: there is no \(file.lastPathComponent) in ../shared/market beside the package")
            return
        }
        let rows = try readRecordedBars(Array(data))
        let market = ReplayMarket(rows)
        #expect(rows.count == 43_164 && market.symbols.count == 24)
        for row in rows { #expect(market.bar(row.symbol, row.bar.minute) == row.bar) }
        let whole = Minute(seconds: 1_549_843_200)..<Minute(seconds: 1_550_275_200)
        #expect(market.symbols.reduce(0) { $0 + market.bars($1, whole).count } == rows.count)
        #expect(market.suggestedStart?.iso8601 == "2019-02-11T14:28:00Z")
    }
}
