import Exchange
import Pipeline
import Testing

struct ExchangeFaultTests {
    @Test func everyFaultReadsBackWhatItWrites() throws {
        let names = FaultWord.allCases.flatMap(\.kinds).map(\.text) + ["502", "503", "504", "522"]
        let windows = ["", "@10:00+1200s", "@2019-02-12T15:00:00Z+60s", "@+30+600s"]
        for name in names {
            for window in windows {
                for symbol in ["", "/AAPL", "/BINANCE:BTCUSDT"] {
                    for rate in ["", "%5", "%0.5"] {
                        let text = name + window + symbol + rate
                        #expect(try ExchangeFault(text: text).description == text)
                    }
                }
            }
        }
        #expect(try ExchangeFault(text: "403").kind == .candlesForbidden)
        #expect(try ExchangeFault(text: "stale").kind == .stale(minutes: 10))
        #expect(try ExchangeFault(text: "outage@09:30+2h").window == .daily(fromMinute: 570, span: .seconds(7_200)))
        #expect(
            try ExchangeFault(text: "outage@2019-02-12T15:00Z+1d").window
                == .once(from: MarketTime(seconds: 1_549_983_600), span: .seconds(86_400)))
    }

    @Test func whatIsNoFaultIsRefusedInOneSentence() {
        let bad = [
            "", "storm", "outage:5", "slow", "slow:0", "slow:x", "slow:9999999", "outage@10:00", "outage@+20m",
            "outage@24:00+1m",
            "outage@9:30+1m", "outage@10:00+20", "outage@10:00+0m", "outage@10:00+25h", "outage@2019-02-30T10:00Z+1m",
            "outage@2019-02-12T10:00+1m", "outage@+x+5m", "outage/", "outage/A..B", "outage%0", "outage%101",
            "outage%x",
            "outage@10:00:00+1m", "\u{1B}[31m", "shifted:0", "shifted:1441", "absurd", "absurd:odd", "gzip:",
            "headers:x",
            "unequal:1",
        ]
        for text in bad {
            #expect(throws: FaultTextError.self, "\(text)") { try ExchangeFault(text: text) }
            do { _ = try ExchangeFault(text: text) } catch {
                #expect(!error.description.contains("\u{1B}") && error.description.count > 15, "\(error)")
            }
        }
    }

    @Test func windowsAreHalfOpenAndDailyOnesFollowTheExchangesClock() throws {
        let start = MarketTime(seconds: 1_715_607_000)
        let after = try ExchangeFault(text: "hang@+30+10m")
        #expect(
            [1799, 1800, 2399, 2400].map { after.isActive(at: start + .seconds($0), start: start) } == [
                false, true, true, false,
            ])
        // 10:00 in New York is 14:00Z in summer and 15:00Z in winter.
        let daily = try ExchangeFault(text: "hang@10:00+20m")
        for ten in [MarketTime(seconds: 1_715_608_800), MarketTime(seconds: 1_549_983_600)] {
            #expect(
                [-1, 0, 1199, 1200].map { daily.isActive(at: ten + .seconds($0), start: start) } == [
                    false, true, true, false,
                ])
            #expect(daily.isActive(at: ten + .seconds(86_400), start: start))
        }
        let overnight = try ExchangeFault(text: "hang@23:50+20m")
        let midnight = MarketTime(seconds: 1_715_572_800)
        #expect(
            [-601, -600, 599, 600].map { overnight.isActive(at: midnight + .seconds($0), start: start) } == [
                false, true, true, false,
            ])
    }
}
