import Pipeline
import Testing

@Suite struct UniverseTests {
    private func member(_ text: String, _ lifetime: Range<Minute>, _ calendar: CalendarName = .xnys) -> UniverseMember {
        UniverseMember(symbol: SymbolName(text)!, calendar: calendar, lifetime: lifetime)
    }
    private let life = Minute(0)..<Minute(Int64.max)

    @Test func membersAreSortedAndTheLastOfASymbolCounts() throws {
        let universe = Universe([
            member("MSFT", life), member("AAPL", life), member("BINANCE:BTCUSDT", life, .alwaysOpen),
            member("MSFT", Minute(5)..<Minute(9)),
        ])
        #expect(universe.members.map(\.symbol.text) == ["AAPL", "BINANCE:BTCUSDT", "MSFT"])
        for (place, member) in universe.members.enumerated() {
            #expect(universe.index(of: member.symbol) == place && universe.member(member.symbol) == member)
        }
        let msft = try #require(SymbolName("MSFT"))
        #expect(universe.member(msft)?.lifetime == Minute(5)..<Minute(9))
        #expect(universe.member(try #require(SymbolName("IBM"))) == nil)
        #expect(universe.calendars == [.alwaysOpen, .xnys])
        #expect(Universe([]).calendars == [] && Universe([]).nextOpen(after: MarketTime(seconds: 0)) == nil)
    }

    @Test func theNewestBarNeverMovesBack() throws {
        let symbol = try #require(SymbolName("AAPL"))
        var universe = Universe([member("AAPL", life)])
        for (noted, newest) in [(5, 5), (3, 5), (9, 9)] as [(Int64, Int64)] {
            universe.noteBar(Minute(noted), of: symbol)
            #expect(universe.member(symbol)?.lastBar == Minute(newest))
        }
    }

    @Test func expectationIsCalendarAndLifetime() throws {
        let open = try #require(MarketTime(parsing: "2019-02-11T14:30")).minute
        let lives = [open..<open.advanced(by: 390), open.advanced(by: 7)..<open.advanced(by: 95), open..<open, life]
        for life in lives {
            for calendar in CalendarName.allCases {
                let member = member("X", life, calendar)
                let universe = Universe([member])
                for hour in open.advanced(by: -300).hour..<open.advanced(by: 900).hour {
                    var mask: UInt64 = 0
                    for minute in hour.minutes {
                        let expected = life.contains(minute) && TradingCalendar.named(calendar).isOpen(minute)
                        #expect(universe.isExpected(member, minute) == expected)
                        if expected { mask |= minute.bit }
                    }
                    #expect(universe.expectedMask(member, hour) == mask)
                }
            }
        }
    }

    @Test(arguments: [
        ("2019-02-11T14:29:59Z", "2019-02-11T14:30:00Z"), ("2019-02-11T14:30:00Z", "2019-02-12T14:30:00Z"),
        ("2019-02-15T22:00:00Z", "2019-02-19T14:30:00Z"), ("2001-09-11T12:00:00Z", "2001-09-17T13:30:00Z"),
    ])
    func theNextOpenLiesAfterTheMoment(now: String, open: String) throws {
        let time = try #require(MarketTime(parsing: now))
        let shares = Universe([member("AAPL", life)])
        #expect(shares.nextOpen(after: time)?.iso8601 == open)
        #expect(shares.isOpen(time.minute) == (now == "2019-02-11T14:30:00Z"))
        let mixed = Universe([member("AAPL", life), member("BINANCE:BTCUSDT", life, .alwaysOpen)])
        #expect(mixed.isOpen(time.minute))
        let midnight = CivilDate(dayNumber: time.seconds / 86_400 + 1).startUTC
        #expect(mixed.nextOpen(after: time) == min(midnight, try #require(MarketTime(parsing: open))))
    }

    @Test func beyondItsFactsNoOpenIsPromised() {
        let end = TradingCalendar.named(.xnys).knownThrough.startUTC + .seconds(86_000)
        #expect(Universe([member("AAPL", life)]).nextOpen(after: end) == nil)
    }
}
