import Pipeline

/// One column of the coverage: some minutes of one session.
struct AxisColumn: Hashable, Sendable {
    var minutes: Range<Minute>
    var session: Session
    /// Columns of one group stand together; a gap and a heading part the groups.
    var group: Int64

    /// The minutes that the calendar expects in it.
    var expected: Range<Minute> { minutes.clamped(to: session.minutes) }

    /// The expected slots of one of its hours, as a mask.
    func expectedMask(_ hour: Hour) -> UInt64 { mask(of: expected, in: hour) }
}

/// The bits of those minutes of a range that lie within an hour.
func mask(of minutes: Range<Minute>, in hour: Hour) -> UInt64 {
    // A lifetime may begin or end anywhere: compare before subtracting, so that nothing overflows.
    func place(_ minute: Minute) -> Int {
        if minute <= hour.minutes.lowerBound { return 0 }
        return minute >= hour.minutes.upperBound ? 60 : Int(minute.index - hour.firstMinute.index)
    }
    let low = place(minutes.lowerBound)
    let high = place(minutes.upperBound)
    guard low < high else { return 0 }
    return ((1 << UInt64(high - low)) - 1) << UInt64(low)
}

/// Walks along the time of one calendar, column by column; closed hours do not exist for it.
struct CoverageAxis: Sendable {
    let calendar: TradingCalendar
    let zoom: CoverageZoom

    init(_ name: CalendarName, zoom: CoverageZoom) {
        calendar = TradingCalendar.named(name)
        self.zoom = zoom
    }

    /// The column that holds a minute; while the exchange is closed, the last one before.
    func column(at minute: Minute) -> AxisColumn? {
        if let session = calendar.session(containing: minute) { return column(of: session, at: minute) }
        return calendar.session(before: minute).map(last)
    }

    func before(_ column: AxisColumn) -> AxisColumn? {
        let expected = column.expected
        if zoom != .year, expected.lowerBound > column.session.minutes.lowerBound {
            return self.column(of: column.session, at: Minute(expected.lowerBound.index - 1))
        }
        return calendar.session(before: column.session.minutes.lowerBound).map(last)
    }

    func after(_ column: AxisColumn) -> AxisColumn? {
        let expected = column.expected
        if zoom != .year, expected.upperBound < column.session.minutes.upperBound {
            return self.column(of: column.session, at: expected.upperBound)
        }
        return calendar.session(atOrAfter: column.session.minutes.upperBound).map(first)
    }

    func first(of session: Session) -> AxisColumn { column(of: session, at: session.minutes.lowerBound) }

    func last(of session: Session) -> AxisColumn {
        column(of: session, at: Minute(session.minutes.upperBound.index - 1))
    }

    private func column(of session: Session, at minute: Minute) -> AxisColumn {
        switch zoom {
        case .year:
            AxisColumn(
                minutes: session.minutes, session: session,
                group: Int64(session.date.year * 12 + session.date.month))
        case .month, .day: AxisColumn(minutes: minute.hour.minutes, session: session, group: session.date.dayNumber)
        case .hour:
            AxisColumn(minutes: minute..<Minute(minute.index + 1), session: session, group: minute.hour.index)
        }
    }

    /// Where the view ends while it follows the market: a session of few hours is shown whole, so that its shape stays.
    func newestEnd(now: MarketTime) -> Minute? {
        guard let column = column(at: now.minute) else { return nil }
        if zoom == .month || zoom == .day, column.session.minutes.count <= 8 * 60 {
            return column.session.minutes.upperBound
        }
        if zoom == .hour {
            return min(column.minutes.lowerBound.hour.minutes.upperBound, column.session.minutes.upperBound)
        }
        return column.minutes.upperBound
    }

    /// As many columns as fit into a width, the newest being the last that begins before `end`, none that ends before
    /// `start`; with the place of each.
    func columns(before end: Minute, since start: Minute, width: Int, cellWidth: Int, gapWidth: Int = 1) -> [(
        column: AxisColumn, offset: Int
    )] {
        guard var column = column(at: Minute(end.index - 1)), width >= cellWidth else { return [] }
        var taken: [(column: AxisColumn, offset: Int)] = []
        var used = 0
        while true {
            let gap = taken.last.map { $0.column.group == column.group ? 0 : gapWidth } ?? 0
            guard used + gap + cellWidth <= width else { break }
            used += gap + cellWidth
            taken.append((column, used))
            guard let earlier = before(column), earlier.expected.upperBound > start else { break }
            column = earlier
        }
        return taken.reversed().map { ($0.column, used - $0.offset) }
    }

    /// Where the view must end so that this column is the first in it.
    func end(startingAt first: AxisColumn, width: Int, cellWidth: Int) -> Minute {
        var column = first
        var used = cellWidth
        while let later = after(column) {
            used += cellWidth + (later.group == column.group ? 0 : 1)
            guard used <= width else { break }
            column = later
        }
        return column.expected.upperBound
    }

    /// Hours and minutes on the exchange's own clock.
    func local(_ minute: Minute) -> (date: CivilDate, hour: Int, minute: Int) {
        let seconds = minute.seconds + Int64(calendar.utcOffsetSeconds(at: minute.start))
        let day = seconds.floorDivided(by: 86_400)
        let rest = Int(seconds - day * 86_400)
        return (CivilDate(dayNumber: day), rest / 3600, rest / 60 % 60)
    }
}
