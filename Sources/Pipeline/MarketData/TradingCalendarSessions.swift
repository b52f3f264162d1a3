extension TradingCalendar {
    /// The session of a local date, that there is none, or that it is not known.
    package func session(on date: CivilDate) -> SessionAnswer {
        guard (knownFrom...knownThrough).contains(date) else { return .unknown }
        return known(date.dayNumber).map(SessionAnswer.session) ?? .closed
    }

    /// The session that holds the minute; nil also where unknown.
    package func session(containing minute: Minute) -> Session? {
        guard isKnown(minute), let session = known(Self.day(of: minute)) else { return nil }
        return session.minutes.contains(minute) ? session : nil
    }

    /// The sessions that share a minute with the range, ascending and whole.
    package func sessions(overlapping minutes: Range<Minute>) -> [Session] {
        let asked = minutes.clamped(to: knownMinutes)
        guard !asked.isEmpty else { return [] }
        return (Self.day(of: asked.lowerBound)...Self.day(of: asked.upperBound.advanced(by: -1)))
            .compactMap(known).filter { $0.minutes.overlaps(asked) }
    }

    /// The sessions of the dates, both inclusive, ascending.
    package func sessions(from: CivilDate, through: CivilDate) -> [Session] {
        let first = max(from, knownFrom)
        let last = min(through, knownThrough)
        guard first <= last else { return [] }
        return (first.dayNumber...last.dayNumber).compactMap(known)
    }

    /// The session that holds the minute, or the next one; nil where it is not known.
    package func session(atOrAfter minute: Minute) -> Session? {
        guard isKnown(minute) else { return nil }
        return (Self.day(of: minute)...knownThrough.dayNumber).lazy.compactMap { known($0) }
            .first { $0.minutes.upperBound > minute }
    }

    /// The latest session that ended at the minute or before; nil where it is not known.
    package func session(before minute: Minute) -> Session? {
        guard minute > knownMinutes.lowerBound, minute <= knownMinutes.upperBound else { return nil }
        return (knownFrom.dayNumber...Self.day(of: minute.advanced(by: -1))).reversed().lazy.compactMap { known($0) }
            .first { $0.minutes.upperBound <= minute }
    }

    private static func day(of minute: Minute) -> Int64 { minute.index.floorDivided(by: 1_440) }

    /// The session of a day within what is known; local and UTC dates agree in session.
    private func known(_ day: Int64) -> Session? {
        let open = minutesOfDay(day)
        guard !open.isEmpty else { return nil }
        let midnight = Minute(day * 1_440)
        return Session(
            date: CivilDate(dayNumber: day),
            minutes: midnight.advanced(by: open.lowerBound)..<midnight.advanced(by: open.upperBound))
    }
}
