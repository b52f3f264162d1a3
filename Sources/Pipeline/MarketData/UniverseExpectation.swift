package import Engine

extension Universe {
    /// What the calendars expect of the members from the first lifetime on through a moment, as the warehouse keeps it.
    package func expectation(until end: MarketTime) -> Expectation {
        var hours: [Expectation.CalendarHour] = []
        for name in calendars {
            let first = members.filter { $0.calendar == name }.map(\.lifetime.lowerBound).min() ?? end.minute
            guard first.hour < end.hour else { continue }
            TradingCalendar.named(name).eachExpectedHour(in: first.hour..<end.hour) { hour, slots in
                guard slots != 0 else { return }
                hours.append(.init(calendar: name.rawValue, hour: hour.index, slots: slots))
            }
        }
        let members = self.members.map { member in
            Expectation.Member(
                symbol: member.symbol.text, calendar: member.calendar.rawValue,
                minutes: member.lifetime.lowerBound.index..<member.lifetime.upperBound.index)
        }
        return Expectation(members: members, hours: hours, grace: CoverageIndex.grace.microseconds)
    }

    /// How far ahead of a moment the warehouse is told: a process that runs for longer than this is told anew at its next
    /// start.
    package static let expectationAhead = MarketSpan.minutes(2 * 366 * 1440)
}
