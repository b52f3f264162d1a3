import Pipeline

extension ExchangeAnswerer {
    private static let timeZone = "America/New_York"

    /// Whether the exchange is open, and its time.
    func marketStatus(_ request: ExchangeRequest, now: MarketTime) -> ExchangeResponse {
        guard let exchange = request["exchange"] else { return .complaint(422, "Missing parameters: exchange") }
        guard exchange == "US" else { return .complaint(422, "Exchange not supported.") }
        let calendar = TradingCalendar.named(.xnys)
        let local = now.seconds + Int64(calendar.utcOffsetSeconds(at: now))
        let date = CivilDate(dayNumber: local.floorDivided(by: 86_400))
        let isOpen = calendar.session(containing: now.minute) != nil
        let phase = isOpen ? "regular" : phase(calendar.session(on: date), date, local, now)
        let fields = [
            ("exchange", "\"US\""), ("timezone", quoted(Self.timeZone)), ("session", phase.map(quoted) ?? "null"),
            ("holiday", holidayName(calendar, date).map(quoted) ?? "null"), ("isOpen", isOpen ? "true" : "false"),
            ("t", String(now.seconds)),
        ]
        return ExchangeResponse(200, json: "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}")
    }

    /// Extended hours are 4:00 to 20:00 of a day with a session.
    private func phase(_ answer: SessionAnswer, _ date: CivilDate, _ local: Int64, _ now: MarketTime) -> String? {
        guard case .session(let session) = answer else { return nil }
        let second = local - date.dayNumber * 86_400
        guard second >= 4 * 3_600, second < 20 * 3_600 else { return nil }
        return now < session.minutes.lowerBound.start ? "pre-market" : "post-market"
    }

    /// Closed weekdays and half days of this year and the next.
    func marketHolidays(_ request: ExchangeRequest, now: MarketTime) -> ExchangeResponse {
        guard let exchange = request["exchange"] else { return .complaint(422, "Missing parameters: exchange") }
        guard exchange == "US" else { return .complaint(422, "Exchange not supported.") }
        let calendar = TradingCalendar.named(.xnys)
        let year = CivilDate(dayNumber: now.seconds.floorDivided(by: 86_400)).year
        let days =
            CivilDate(year: year, month: 1, day: 1).dayNumber..<CivilDate(year: year + 2, month: 1, day: 1).dayNumber
        let rows = days.compactMap { holiday(calendar, CivilDate(dayNumber: $0)) }
        return ExchangeResponse(
            200,
            json: "{\"data\":[\(rows.joined(separator: ","))],\"exchange\":\"US\",\"timezone\":\"\(Self.timeZone)\"}")
    }

    private func holiday(_ calendar: TradingCalendar, _ date: CivilDate) -> String? {
        guard let name = holidayName(calendar, date) ?? shortDayName(calendar, date) else { return nil }
        return
            "{\"eventName\":\(quoted(name)),\"atDate\":\"\(date)\",\"tradingHour\":\(quoted(tradingHour(calendar, date)))}"
    }

    /// Empty where the exchange is closed all day.
    private func tradingHour(_ calendar: TradingCalendar, _ date: CivilDate) -> String {
        guard case .session(let session) = calendar.session(on: date) else { return "" }
        return [session.minutes.lowerBound, session.minutes.upperBound]
            .map { minute in
                let local = minute.seconds + Int64(calendar.utcOffsetSeconds(at: minute.start))
                return String(MarketTime(seconds: local).iso8601.dropFirst(11).prefix(5))
            }
            .joined(separator: "-")
    }

    private func shortDayName(_ calendar: TradingCalendar, _ date: CivilDate) -> String? {
        guard case .session(let session) = calendar.session(on: date), session.minutes.count < 390 else { return nil }
        switch date.month {
        case 7: return "Independence Day"
        case 11: return "Thanksgiving Day"
        case 12: return "Christmas"
        default: return "Early close"
        }
    }

    /// A weekday without a session, by the season it falls in.
    private func holidayName(_ calendar: TradingCalendar, _ date: CivilDate) -> String? {
        guard (1...5).contains(date.weekday), case .closed = calendar.session(on: date) else { return nil }
        switch (date.month, date.day) {
        case (1, 1...2), (12, 31): return "New Year's Day"
        case (1, 15...21) where date.weekday == 1: return "Birthday of Martin Luther King, Jr"
        case (2, 15...21) where date.weekday == 1: return "Washington's Birthday"
        case (3...4, _) where date.weekday == 5: return "Good Friday"
        case (5, 25...31) where date.weekday == 1: return "Memorial Day"
        case (6, 18...20): return "Juneteenth"
        case (7, 3...5): return "Independence Day"
        case (9, 1...7) where date.weekday == 1: return "Labor Day"
        case (11, 22...28) where date.weekday == 4: return "Thanksgiving Day"
        case (12, 24...26): return "Christmas"
        default: return "Market closed"
        }
    }
}
