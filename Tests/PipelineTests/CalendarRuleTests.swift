import Pipeline
import Testing

@Suite struct CalendarRuleTests {
    private let xnys = TradingCalendar.named(.xnys)
    private let pairs = TradingCalendar.named(.alwaysOpen)

    private func minute(_ text: String) throws -> Minute { try #require(MarketTime(parsing: text)).minute }

    @Test func outsideItsFactsACalendarSaysUnknown() {
        for calendar in CalendarName.allCases.map(TradingCalendar.named) {
            #expect(calendar.session(on: calendar.knownFrom.adding(days: -1)) == .unknown)
            #expect(calendar.session(on: calendar.knownThrough.adding(days: 1)) == .unknown)
            #expect(calendar.session(on: calendar.knownFrom) != .unknown)
            #expect(calendar.session(on: calendar.knownThrough) != .unknown)
            let beyond = calendar.knownMinutes.upperBound
            let ahead = calendar.knownMinutes.lowerBound.advanced(by: -1)
            for minute in [beyond, ahead, Minute(.max / 120), Minute(.min / 120)] {
                #expect(!calendar.isKnown(minute) && !calendar.isOpen(minute))
                #expect(calendar.session(atOrAfter: minute) == nil && calendar.session(containing: minute) == nil)
                #expect(calendar.expectedMask(minute.hour) == 0)
            }
            #expect(calendar.session(before: beyond)?.date == calendar.knownThrough)
            #expect(calendar.session(before: beyond.advanced(by: 1)) == nil)
            #expect(calendar.session(before: calendar.knownMinutes.lowerBound) == nil)
        }
    }

    @Test func aPairTradesEveryMinuteOfEveryDay() {
        for day in pairs.knownFrom.dayNumber...pairs.knownThrough.dayNumber {
            let midnight = Minute(day * 1_440)
            let expected = Session(date: CivilDate(dayNumber: day), minutes: midnight..<midnight.advanced(by: 1_440))
            if pairs.session(on: expected.date) != .session(expected) { Issue.record("\(expected.date)") }
        }
        #expect(pairs.expectedMask(Hour(1_000)) == (1 << 60) - 1)
    }

    @Test func maskBitsSayWhatEachMinuteSays() throws {
        let open = try minute("2012-10-24").hour
        for calendar in [xnys, pairs] {
            for hour in open..<open.advanced(by: 24 * 70) {
                var mask: UInt64 = 0
                for minute in hour.minutes where calendar.session(containing: minute) != nil { mask |= minute.bit }
                #expect(calendar.expectedMask(hour) == mask, "\(calendar.name) \(hour)")
                #expect(hour.minutes.allSatisfy { calendar.isOpen($0) == (mask & $0.bit != 0) })
            }
        }
    }

    @Test func hoursWithSlotsAreThoseWhoseMaskIsNotEmpty() throws {
        let first = try minute("2019-06-28T05:00").hour
        for calendar in [xnys, pairs] {
            for start in 0..<30 {
                let hours = first.advanced(by: start)..<first.advanced(by: start + 37)
                var seen: [Hour: UInt64] = [:]
                calendar.eachExpectedHour(in: hours) { seen[$0] = $1 }
                for hour in hours { #expect(seen[hour, default: 0] == calendar.expectedMask(hour)) }
                #expect(seen.count == hours.filter { calendar.expectedMask($0) != 0 }.count)
            }
        }
        var count = 0
        xnys.eachExpectedHour(in: Hour(-1_000_000)..<Hour(2_000_000)) { _, mask in count += mask.nonzeroBitCount }
        #expect(
            count == xnys.sessions(from: xnys.knownFrom, through: xnys.knownThrough).map(\.minutes.count).reduce(0, +))
    }

    @Test(arguments: [
        ("2006-03-31", "14:30"), ("2006-04-03", "13:30"), ("2006-10-27", "13:30"), ("2006-10-30", "14:30"),
        ("2007-03-09", "14:30"), ("2007-03-12", "13:30"), ("2007-11-02", "13:30"), ("2007-11-05", "14:30"),
        ("2030-03-08", "14:30"), ("2030-03-11", "13:30"), ("2030-11-01", "13:30"), ("2030-11-04", "14:30"),
    ])
    func theOpenMovesWithTheLocalClock(date: String, open: String) throws {
        let session = try #require(xnys.session(atOrAfter: minute(date)))
        #expect(session.date.description == date)
        #expect(try session.minutes.lowerBound == minute("\(date)T\(open)"))
        #expect(session.minutes.count == 390)
    }

    @Test(arguments: [
        ("2007-03-11T06:59:59Z", -5), ("2007-03-11T07:00:00Z", -4), ("2007-11-04T05:59:59Z", -4),
        ("2007-11-04T06:00:00Z", -5), ("2006-04-02T06:59:59Z", -5), ("2006-04-02T07:00:00Z", -4),
        ("2006-10-29T05:59:59Z", -4), ("2006-10-29T06:00:00Z", -5), ("2024-12-31T23:59:59Z", -5),
        ("2025-01-01T00:00:00Z", -5), ("2025-07-04T12:00:00Z", -4),
    ])
    func theLocalClockChangesAtTwo(moment: String, hours: Int) throws {
        let time = try #require(MarketTime(parsing: moment))
        #expect(xnys.utcOffsetSeconds(at: time) == hours * 3_600)
        #expect(pairs.utcOffsetSeconds(at: time) == 0)
    }

    @Test func theLocalDateChangesAtLocalMidnight() throws {
        #expect(try xnys.localDate(of: minute("2019-02-12T04:59")).description == "2019-02-11")
        #expect(try xnys.localDate(of: minute("2019-02-12T05:00")).description == "2019-02-12")
        #expect(try xnys.localDate(of: minute("2019-07-12T03:59")).description == "2019-07-11")
        #expect(try pairs.localDate(of: minute("2019-02-12T00:00")).description == "2019-02-12")
    }

    @Test func neighbouringSessionsAreFoundFromEveryMinute() throws {
        // Over a half day, Christmas, a weekend and the New Year that is not observed.
        let range = try minute("2021-12-20")..<minute("2022-01-05")
        for calendar in [xnys, pairs] {
            let all = calendar.sessions(from: calendar.knownFrom, through: calendar.knownThrough)
                .filter { $0.date.year >= 2021 && $0.date.year <= 2022 }
            for minute in range where minute.index % 7 == 0 || minute.offset == 30 || minute.offset < 2 {
                #expect(calendar.session(containing: minute) == all.first { $0.minutes.contains(minute) })
                #expect(calendar.session(atOrAfter: minute) == all.first { $0.minutes.upperBound > minute })
                #expect(calendar.session(before: minute) == all.last { $0.minutes.upperBound <= minute })
            }
        }
    }

    @Test func overlappingSessionsAreThoseThatShareAMinute() throws {
        let session = try #require(xnys.session(containing: minute("2019-07-03T14:00")))
        #expect(session.minutes.count == 210)
        let (open, close) = (session.minutes.lowerBound, session.minutes.upperBound)
        #expect(xnys.sessions(overlapping: open..<open.advanced(by: 1)) == [session])
        #expect(xnys.sessions(overlapping: close.advanced(by: -1)..<close) == [session])
        #expect(xnys.sessions(overlapping: open.advanced(by: -60)..<open) == [])
        #expect(xnys.sessions(overlapping: close..<close.advanced(by: 600)) == [])
        #expect(xnys.sessions(overlapping: open..<open) == [])
        let week = xnys.sessions(overlapping: close.advanced(by: -1)..<close.advanced(by: 7 * 1_440))
        #expect(week.map(\.date.day) == [3, 5, 8, 9, 10])
        let all = xnys.sessions(overlapping: Minute(.min)..<Minute(.max))
        #expect(all.count == CalendarFacts.sessions)
    }

    @Test(arguments: [("AAPL", CalendarName.xnys), ("BRK.B", .xnys), ("BINANCE:BTCUSDT", .alwaysOpen)])
    func aColonTellsAPair(symbol: String, calendar: CalendarName) throws {
        #expect(CalendarName.usual(for: try #require(SymbolName(symbol))) == calendar)
    }
}
