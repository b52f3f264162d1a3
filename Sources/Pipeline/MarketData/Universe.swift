/// The table of symbols, sorted by symbol, each once.
package struct Universe: Hashable, Sendable {
    package private(set) var members: [UniverseMember]
    /// Place of each symbol in `members`; looked up, never iterated.
    private var places: [SymbolName: Int]
    /// The calendars its members trade on, sorted, each once.
    package private(set) var calendars: [CalendarName]

    /// Of several members with one symbol the last counts.
    package init(_ members: [UniverseMember] = []) {
        var latest: [SymbolName: UniverseMember] = [:]
        for member in members { latest[member.symbol] = member }
        self.members = latest.values.sorted { $0.symbol < $1.symbol }
        places = [:]
        for (place, member) in self.members.enumerated() { places[member.symbol] = place }
        let used = self.members
        calendars = CalendarName.allCases.filter { name in used.contains { $0.calendar == name } }.sorted()
    }

    package static func == (left: Self, right: Self) -> Bool { left.members == right.members }
    package func hash(into hasher: inout Hasher) { hasher.combine(members) }

    package func index(of symbol: SymbolName) -> Int? { places[symbol] }

    package func member(_ symbol: SymbolName) -> UniverseMember? { places[symbol].map { members[$0] } }

    /// Notes the start of the newest bar held of a symbol; an older one changes nothing.
    package mutating func noteBar(_ minute: Minute, of symbol: SymbolName) {
        guard let place = places[symbol] else { return }
        members[place].lastBar = max(members[place].lastBar ?? minute, minute)
    }

    /// The slots of an hour that the member's calendar and lifetime expect, whatever the time is.
    package func expectedMask(_ member: UniverseMember, _ hour: Hour) -> UInt64 {
        let open = TradingCalendar.named(member.calendar).expectedMask(hour)
        return open == 0 ? 0 : open & hour.mask(of: member.lifetime)
    }

    /// Whether the member's calendar and lifetime expect the slot.
    package func isExpected(_ member: UniverseMember, _ minute: Minute) -> Bool {
        member.lifetime.contains(minute) && TradingCalendar.named(member.calendar).isOpen(minute)
    }

    /// Whether any member's calendar is in session.
    package func isOpen(_ minute: Minute) -> Bool { calendars.contains { TradingCalendar.named($0).isOpen(minute) } }

    /// The earliest beginning of a session after a moment, of any member's calendar; nil where none is known.
    package func nextOpen(after time: MarketTime) -> MarketTime? {
        calendars.compactMap { name -> MarketTime? in
            let calendar = TradingCalendar.named(name)
            guard let session = calendar.session(atOrAfter: time.minute) else { return nil }
            if session.minutes.lowerBound.start > time { return session.minutes.lowerBound.start }
            return calendar.session(atOrAfter: session.minutes.upperBound)?.minutes.lowerBound.start
        }.min()
    }
}

extension Range<Minute> {
    /// The hours that share a minute with the range, ascending.
    package var hours: Range<Hour> {
        guard let last else { return lowerBound.hour..<lowerBound.hour }
        return lowerBound.hour..<last.hour.advanced(by: 1)
    }
}

extension Hour {
    /// The slots of the hour that lie in a range of minutes.
    package func mask(of minutes: Range<Minute>) -> UInt64 {
        let inside = minutes.clamped(to: self.minutes)
        guard !inside.isEmpty else { return 0 }
        let first = firstMinute.index
        return Self.slots(before: inside.upperBound.index - first) & ~Self.slots(
            before: inside.lowerBound.index - first)
    }

    /// The first `count` slots of an hour, where the count may lie outside 0 to 60.
    static func slots(before count: Int64) -> UInt64 { (1 << UInt64(min(max(count, 0), 60))) &- 1 }
}
