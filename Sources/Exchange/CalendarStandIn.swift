import Pipeline

// Stands in for the calendar until it lands.
extension CalendarName {
    static func usual(for symbol: SymbolName) -> CalendarName { symbol.text.contains(":") ? .alwaysOpen : .xnys }
}

struct TradingCalendar: Sendable {
    var name: CalendarName

    static func named(_ name: CalendarName) -> TradingCalendar { TradingCalendar(name: name) }

    func utcOffsetSeconds(at time: MarketTime) -> Int {
        guard name == .xnys else { return 0 }
        let year = CivilDate(dayNumber: time.seconds.floorDivided(by: 86_400)).year
        func sunday(_ month: Int, after day: Int) -> CivilDate {
            let first = CivilDate(year: year, month: month, day: day)
            return first.adding(days: (7 - first.weekday) % 7)
        }
        let summer = sunday(3, after: 8).startUTC + .minutes(420)..<sunday(11, after: 1).startUTC + .minutes(360)
        return summer.contains(time) ? -14_400 : -18_000
    }

    func session(on date: CivilDate) -> SessionAnswer {
        let start = date.startUTC.minute
        if name == .alwaysOpen {
            return .session(Session(date: date, minutes: start..<start.advanced(by: 1440)))
        }
        guard (1...5).contains(date.weekday) else { return .closed }
        let offset = utcOffsetSeconds(at: date.startUTC + .minutes(720)) / 60
        return .session(
            Session(date: date, minutes: start.advanced(by: 570 - offset)..<start.advanced(by: 960 - offset)))
    }

    func sessions(overlapping range: Range<Minute>) -> [Session] {
        guard !range.isEmpty else { return [] }
        var result: [Session] = []
        var date = CivilDate(dayNumber: range.lowerBound.seconds.floorDivided(by: 86_400)).adding(days: -1)
        while date.startUTC.minute < range.upperBound {
            if case .session(let session) = session(on: date), session.minutes.overlaps(range) {
                result.append(session)
            }
            date = date.adding(days: 1)
        }
        return result
    }

    func session(containing minute: Minute) -> Session? {
        sessions(overlapping: minute..<minute.advanced(by: 1)).first
    }

    func session(atOrAfter minute: Minute) -> Session? {
        sessions(overlapping: minute..<minute.advanced(by: 14_400)).first
    }

    func isOpen(_ minute: Minute) -> Bool { session(containing: minute) != nil }
}
