import Exchange
import Foundation
import Pipeline
import Testing

/// Finnhub's protocol, body by body, over a small recorded market.
struct ExchangeAnswererTests {
    /// Monday 2019-02-11 14:30Z.
    static let open = MarketTime(seconds: 1_549_895_400)
    static let rows = [
        RecordedBar(symbol: "AAPL", -4_320, 100, 101, 99, 100.5, 10),
        RecordedBar(symbol: "AAPL", 0, 171.14, 171.2, 170.7, 170.97, 619_925),
        RecordedBar(symbol: "AAPL", 1, 170.92, 170.92, 170.6755, 170.7701, 123_138),
        RecordedBar(symbol: "AAPL", 3, 170.36, 172, 170.36, 170.5974, 98_896.5),
    ].compactMap { $0 }

    func answerer(
        _ faults: [String] = [], token: String? = nil, perMinute: Int = 60, perSecond: Int = 0
    ) throws -> (ExchangeAnswerer, ExchangeState) {
        let options = ExchangeOptions(
            token: token, callsPerMinute: perMinute, callsPerSecond: perSecond,
            faults: try faults.map { try ExchangeFault(text: $0) }, start: Self.open)
        return (ExchangeAnswerer(market: ReplayMarket(Self.rows), options: options), ExchangeState(options))
    }

    func body(_ target: String, at seconds: Int64, _ faults: [String] = []) throws -> String {
        var (answerer, state) = try answerer(faults)
        let response = answerer.answer(
            ExchangeRequest(target: target), now: Self.open + .seconds(seconds), state: &state)
        return "\(response.status) " + String(decoding: response.body, as: UTF8.self)
    }

    static let candles = "/api/v1/stock/candle?symbol=AAPL&resolution=1&from=1549895400&to=1549895639"

    @Test func aQuoteHoldsTheDaysRangeSoFarAndItsOwnTime() throws {
        #expect(
            try body("/api/v1/quote?symbol=AAPL", at: 59)
                == #"200 {"c":170.97,"d":70.47,"dp":70.1194,"h":171.2,"l":170.7,"o":171.14,"pc":100.5,"t":1549895454}"#)
        #expect(
            try body("/quote?symbol=AAPL", at: 199)
                == #"200 {"c":172,"d":71.5,"dp":71.1443,"h":172,"l":170.36,"o":171.14,"pc":100.5,"t":1549895598}"#
                .replacingOccurrences(of: "170.36", with: "170.36"))
    }

    @Test func unknownSymbolsGetZerosAndNoData() throws {
        let zeros = #"200 {"c":0,"h":0,"l":0,"o":0,"pc":0,"t":0}"#
        #expect(try body("/quote?symbol=NOPE", at: 0) == zeros)
        #expect(try body("/quote?symbol=A%20B", at: 0) == zeros)
        #expect(try body("/quote?symbol=AAPL", at: 0, ["zeros"]) == zeros)
        #expect(
            try body("/stock/candle?symbol=NOPE&resolution=1&from=1549895400&to=1549895639", at: 999)
                == #"200 {"s":"no_data"}"#)
    }

    @Test func candlesAreCompletedMinutesBothEndsIncluded() throws {
        #expect(
            try body(Self.candles, at: 600)
                == "200 " + #"{"s":"ok","t":[1549895400,1549895460,1549895580],"o":[171.14,170.92,170.36],"#
                + #""h":[171.2,170.92,172],"l":[170.7,170.6755,170.36],"c":[170.97,170.7701,170.5974],"#
                + #""v":[619925,123138,98896.5]}"#)
        func times(_ from: Int64, _ to: Int64, at now: Int64) throws -> String {
            let text = try body(
                "/stock/candle?symbol=AAPL&resolution=1&from=\(1_549_895_400 + from)&to=\(1_549_895_400 + to)", at: now)
            return text.contains("no_data")
                ? "none" : String(text.split(separator: "\"t\":")[1].prefix { $0 != "]" }.dropFirst())
        }
        #expect(try times(0, 60, at: 600) == "1549895400,1549895460")
        #expect(try times(0, 59, at: 600) == "1549895400")
        #expect(try times(1, 60, at: 600) == "1549895460")
        #expect(try times(0, 0, at: 600) == "1549895400")
        #expect(try times(0, 600, at: 119) == "1549895400")
        #expect(try times(0, 600, at: 120) == "1549895400,1549895460")
        #expect(try times(0, 600, at: 59) == "none")
        #expect(try times(60, 0, at: 600) == "none")
        #expect(try times(120, 179, at: 600) == "none")
    }

    @Test func widerCandlesAreSumsOfOneMinuteBars() throws {
        let wide = Self.candles.replacingOccurrences(of: "resolution=1", with: "resolution=5")
        #expect(
            try body(wide, at: 300)
                == #"200 {"s":"ok","t":[1549895400],"o":[171.14],"h":[172],"l":[170.36],"c":[170.5974],"v":[841959.5]}"#
        )
        #expect(try body(wide, at: 299) == #"200 {"s":"no_data"}"#)
        let day = "/stock/candle?symbol=AAPL&resolution=D&from=1549843200&to=1549929599"
        #expect(try body(day, at: 23_399) == #"200 {"s":"no_data"}"#)
        #expect(try body(day, at: 23_400).contains(#""t":[1549843200],"o":[171.14],"h":[172]"#))
    }

    @Test func badQuestionsAreToldWhatIsWrong() throws {
        #expect(try body("/quote", at: 0) == #"422 {"error":"Missing parameters: symbol"}"#)
        #expect(
            try body("/stock/candle?symbol=AAPL&resolution=1", at: 0)
                == #"422 {"error":"Missing parameters: from, to"}"#)
        #expect(
            try body("/stock/candle?symbol=AAPL&resolution=7&from=1&to=2", at: 0)
                == #"422 {"error":"Wrong resolution."}"#)
        #expect(
            try body("/stock/candle?symbol=AAPL&resolution=1&from=x&to=2", at: 0)
                == #"422 {"error":"Wrong timestamp."}"#)
        let month = { (seconds: Int) in
            "/stock/candle?symbol=AAPL&resolution=1&from=1549895400&to=\(1_549_895_400 + seconds)"
        }
        #expect(try body(month(31 * 86_400), at: 600).hasPrefix("200 "))
        #expect(try body(month(31 * 86_400 + 1), at: 600).hasPrefix("422 "))
        #expect(try body("/nothing", at: 0) == "404 Not Found")
    }

    @Test func theMarketTellsItsTimeAndWhetherItIsOpen() throws {
        func status(_ seconds: Int64) throws -> String {
            try body("/api/v1/stock/market-status?exchange=US", at: seconds)
        }
        #expect(
            try status(0)
                == #"200 {"exchange":"US","timezone":"America/New_York","session":"regular","holiday":null,"isOpen":true,"t":1549895400}"#
        )
        #expect(try status(-1).contains(#""session":"pre-market","holiday":null,"isOpen":false"#))
        #expect(try status(23_400).contains(#""session":"post-market","holiday":null,"isOpen":false"#))
        #expect(try status(13 * 3_600).contains(#""session":null"#))
        #expect(try body("/stock/market-status?exchange=XX", at: 0).hasPrefix("422 "))
    }

    @Test func holidaysOfThisYearAndTheNextAreListed() throws {
        let text = try body("/stock/market-holiday?exchange=US", at: 0)
        for row in [
            #"{"eventName":"Good Friday","atDate":"2019-04-19","tradingHour":""}"#,
            #"{"eventName":"Thanksgiving Day","atDate":"2019-11-29","tradingHour":"09:30-13:00"}"#,
            #"{"eventName":"Independence Day","atDate":"2020-07-03","tradingHour":""}"#,
            #""exchange":"US","timezone":"America/New_York"}"#,
        ] { #expect(text.contains(row), "\(row)") }
    }

    @Test func keysAreCheckedAndTheHeaderCounts() throws {
        var (answerer, state) = try answerer(token: "good")
        func ask(_ target: String, _ token: String?) -> String {
            let response = answerer.answer(ExchangeRequest(target: target, token: token), now: Self.open, state: &state)
            return "\(response.status) " + String(decoding: response.body, as: UTF8.self)
        }
        #expect(ask("/quote?symbol=AAPL", nil) == #"401 {"error":"Please use an API key."}"#)
        #expect(ask("/quote?symbol=AAPL", "bad") == #"401 {"error":"Invalid API key."}"#)
        #expect(ask("/quote?symbol=AAPL&token=bad", nil).hasPrefix("401"))
        #expect(ask("/quote?symbol=AAPL&token=good", nil).hasPrefix("200"))
        #expect(ask("/quote?symbol=AAPL", "good").hasPrefix("200"))
        #expect(state.counts.failed == 3 && state.counts.quote == 5)
    }

    @Test func theLimitHoldsForAMinuteOfMarketTime() throws {
        var (answerer, state) = try answerer(perMinute: 3)
        func ask(_ seconds: Int64) -> (Int, [String]) {
            let response = answerer.answer(
                ExchangeRequest(target: "/quote?symbol=AAPL"), now: Self.open + .seconds(seconds), state: &state)
            if response.status == 429 {
                let body = #"{"error":"API limit reached. Please try again later. Remaining Limit: 0"}"#
                #expect(String(decoding: response.body, as: UTF8.self) == body)
            }
            return (response.status, response.headers.filter { $0.name.hasPrefix("X-") }.map(\.value))
        }
        #expect(ask(0) == (200, ["3", "2", "1549895460"]))
        #expect(ask(10) == (200, ["3", "1", "1549895460"]))
        #expect(ask(59) == (200, ["3", "0", "1549895460"]))
        #expect(ask(59) == (429, ["3", "0", "1549895460"]))
        #expect(ask(60) == (200, ["3", "2", "1549895520"]))
        var (quick, quickState) = try self.answerer(perSecond: 2)
        let statuses = [0, 0, 0, 1, 1, 1].map { (second: Int64) in
            quick.answer(
                ExchangeRequest(target: "/quote?symbol=AAPL"), now: Self.open + .seconds(second), state: &quickState
            ).status
        }
        #expect(statuses == [200, 200, 429, 200, 200, 429])
    }

    @Test func everyFaultShows() throws {
        func answer(_ fault: String, _ target: String, at seconds: Int64 = 600) throws -> ExchangeResponse {
            var (answerer, state) = try answerer([fault])
            return answerer.answer(ExchangeRequest(target: target), now: Self.open + .seconds(seconds), state: &state)
        }
        let quote = "/quote?symbol=AAPL"
        let whole = try body(Self.candles, at: 600)
        #expect(try answer("outage", quote).delivery == .dropped)
        #expect(try answer("hang", quote).delivery == .never)
        #expect(try answer("cut", quote).delivery == .cut)
        #expect(try answer("slow:250", quote).delivery == .late(milliseconds: 250))
        for status in [500, 502, 503, 504, 522] {
            let response = try answer("\(status)", quote)
            #expect(response.status == status && response.headers[0].value.hasPrefix("text/html"))
        }
        #expect(try answer("429", quote).status == 429 && answer("401", quote).status == 401)
        #expect(try answer("candles403", quote).status == 200)
        #expect(
            try body(Self.candles, at: 600, ["candles403"])
                == #"403 {"error":"You don't have access to this resource."}"#)
        #expect(try body(Self.candles, at: 600, ["nodata@+5+10m"]) == #"200 {"s":"no_data"}"#)
        #expect(try body(Self.candles, at: 900, ["nodata@+5+10m"]) == whole)
        #expect(try body(Self.candles, at: 600, ["nodata/SPY"]) == whole)
        #expect(try body(Self.candles, at: 600, ["hole:60@+1+1m"]).contains(#""t":[1549895400,1549895580]"#))
        #expect(try body(Self.candles, at: 120 + 3_600, ["hole:60@+1+1m"]) == whole)
        #expect(try body(quote, at: 210, ["stale:2"]).contains(#""t":1549895490}"#) == false)
        #expect(try body(quote, at: 210, ["stale:2"]) == body(quote, at: 90))
        #expect(
            try body(Self.candles, at: 600, ["revised:60@+1+1m"]).contains(
                ##""c":[170.97,170.6755,170.5974],"v":[619925,123238,98896.5]"##))
        #expect(try body(Self.candles, at: 120 + 3_600, ["revised:60@+1+1m"]) == whole)
        #expect(try body(Self.candles, at: 600, ["adjusted"]).contains(##""o":[85.57,85.46,85.18]"##))
        let page = try answer("html", quote)
        #expect(page.status == 200 && String(decoding: page.body, as: UTF8.self).hasPrefix("<!DOCTYPE html>"))
        #expect(try answer("redirect", quote).headers.contains(.init("Location", "/maintenance.html")))
        let cut = try answer("truncated", Self.candles).body
        #expect(
            cut.count == (whole.utf8.count - 4) / 2 && whole.hasPrefix("200 " + String(decoding: cut, as: UTF8.self)))
    }

    @Test func aRateHitsItsShareAndTheSameRequestsEveryTime() throws {
        func run(_ fault: String, _ seed: UInt64) throws -> [Bool] {
            let options = ExchangeOptions(
                callsPerMinute: 0, faults: [try ExchangeFault(text: fault)], seed: seed, start: Self.open)
            let answerer = ExchangeAnswerer(market: ReplayMarket(Self.rows), options: options)
            var state = ExchangeState(options)
            return (0..<2_000).map { (second: Int64) in
                let response = answerer.answer(
                    ExchangeRequest(target: "/quote?symbol=AAPL"), now: Self.open + .seconds(second * 30), state: &state
                )
                return response.status == 500 || response.body.count < 45
            }
        }
        for fault in ["500%20", "zeros%20"] {
            let hits = try run(fault, 1)
            #expect((300...500).contains(hits.count { $0 }), "\(fault)")
            #expect(try run(fault, 1) == hits && run(fault, 2) != hits)
        }
        // A fault of data answers one minute's two questions alike.
        let zeros = try run("zeros%20", 1)
        #expect(stride(from: 0, to: zeros.count, by: 2).allSatisfy { zeros[$0] == zeros[$0 + 1] })
    }

    @Test func theRunningSumsOfADayEqualTheSumsFromScratch() throws {
        let market = SeededMarket(seed: 3)
        let options = ExchangeOptions(callsPerMinute: 0, start: Self.open)
        let answerer = ExchangeAnswerer(market: market, options: options)
        var kept = ExchangeState(options)
        let generator = seededGenerator(11)
        for symbol in market.symbols {
            var time = Self.open - .minutes(30)
            for _ in 0..<15 {
                time = time + .seconds(Int64(generator() % 1_800)) - .seconds(Int64(generator() % 400))
                let request = ExchangeRequest(target: "/quote?symbol=\(symbol.text)")
                var fresh = ExchangeState(options)
                let expected = answerer.answer(request, now: time, state: &fresh)
                #expect(answerer.answer(request, now: time, state: &kept).body == expected.body, "\(symbol) \(time)")
            }
        }
    }
}

/// A generator whose numbers follow from its seed.
func seededGenerator(_ seed: UInt64) -> () -> UInt64 {
    var state = seed
    return {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}

extension RecordedBar {
    /// A bar so many minutes after the open of 2019-02-11.
    fileprivate init?(
        symbol: String, _ minutes: Int64, _ open: Double, _ high: Double, _ low: Double, _ close: Double,
        _ volume: Double
    ) {
        guard let symbol = SymbolName(symbol) else { return nil }
        self.init(
            symbol: symbol,
            bar: Bar(
                minute: Minute(ExchangeAnswererTests.open.minute.index + minutes), open: open, high: high, low: low,
                close: close, volume: volume))
    }
}
