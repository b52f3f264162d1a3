import Pipeline

extension ConsoleState {
    mutating func markCell() {
        guard let symbol = cursor.symbol, let column = cursorColumn else { return }
        if viewEnd == nil { holdView() }
        marks.toggle(symbol, column.minutes)
    }

    /// The first time starts a range at the cursor, the second time keeps it as marks.
    mutating func markRange() {
        guard let symbol = cursor.symbol else { return }
        if viewEnd == nil { holdView() }
        guard rangeAnchor != nil else {
            rangeAnchor = RangeAnchor(symbol: symbol, minute: cursor.minute)
            return
        }
        keepRange()
    }

    private mutating func keepRange() {
        for cell in rangeCells { marks.insert(cell.symbol, cell.minutes) }
        rangeAnchor = nil
    }

    mutating func markRow() {
        guard let symbol = cursor.symbol, let area = layout.content(.coverage) else { return }
        if viewEnd == nil { holdView() }
        for placed in coverageGeometry(area).band(of: cursorCalendar)?.columns ?? [] {
            marks.insert(symbol, placed.column.minutes)
        }
    }

    /// What is being marked must not move away under the hand.
    private mutating func holdView() {
        guard let calendar = cursorCalendar else { return }
        viewEnd = CoverageAxis(calendar, zoom: zoom).newestEnd(now: now)
    }

    /// Symbols between the range's corners, and the minutes between them.
    var rangeSpan: (symbols: [SymbolName], minutes: Range<Minute>)? {
        guard let anchor = rangeAnchor, let symbol = cursor.symbol, let calendar = cursorCalendar else { return nil }
        let symbols = calendars.flatMap { rowOrder[$0] ?? [] }
        guard let from = symbols.firstIndex(of: anchor.symbol), let to = symbols.firstIndex(of: symbol) else {
            return nil
        }
        let axis = CoverageAxis(calendar, zoom: zoom)
        guard let a = axis.column(at: anchor.minute), let b = axis.column(at: cursor.minute) else { return nil }
        let minutes =
            min(a.minutes.lowerBound, b.minutes.lowerBound)..<max(a.minutes.upperBound, b.minutes.upperBound)
        return (Array(symbols[min(from, to)...max(from, to)]), minutes)
    }

    /// The cells of the range, each symbol on its own calendar.
    private var rangeCells: [(symbol: SymbolName, minutes: Range<Minute>)] {
        guard let span = rangeSpan else { return [] }
        return span.symbols.flatMap { symbol -> [(symbol: SymbolName, minutes: Range<Minute>)] in
            let axis = CoverageAxis(members[symbol]?.calendar ?? .xnys, zoom: zoom)
            return axis.columns(within: span.minutes).map { (symbol, $0.minutes) }
        }
    }

    /// What an action is about: marks and range, else the cell under the cursor.
    var actingSelections: [SlotSelection] {
        var acting = marks
        for cell in rangeCells { acting.insert(cell.symbol, cell.minutes) }
        if acting.isEmpty, let symbol = cursor.symbol, let column = cursorColumn {
            acting.insert(symbol, column.minutes)
        }
        return acting.selections
    }

    /// Every cell in view.
    var viewSelections: [SlotSelection] { selections { _ in true } }

    /// Every cell in view that has something missing or unrepairable.
    var gapsInView: [SlotSelection] {
        selections { !$0.unknown && $0.counts.missing + $0.counts.unrepairable > 0 }
    }

    private func selections(where wanted: (CellSummary) -> Bool) -> [SlotSelection] {
        guard let area = layout.content(.coverage) else { return [] }
        var chosen = MarkedSlots()
        for band in coverageGeometry(area).bands {
            for symbol in band.symbols[band.shown] {
                guard let member = members[symbol] else { continue }
                for placed in band.columns where wanted(summary(member, placed.column)) {
                    chosen.insert(symbol, placed.column.minutes)
                }
            }
        }
        return chosen.selections
    }
}

extension CoverageAxis {
    /// Columns that touch a range, oldest first; at most ten thousand.
    func columns(within minutes: Range<Minute>) -> [AxisColumn] {
        guard !minutes.isEmpty, var column = column(at: Minute(minutes.upperBound.index - 1)) else { return [] }
        var taken: [AxisColumn] = []
        while column.expected.upperBound > minutes.lowerBound, taken.count < 10_000 {
            taken.append(column)
            guard let earlier = before(column) else { break }
            column = earlier
        }
        return taken.reversed()
    }
}
