import Pipeline

/// Rows one below the other, and minutes of them.
struct MarkSpan: Hashable, Sendable {
    var places: ClosedRange<Int>
    var minutes: Range<Minute>
}

extension ConsoleState {
    mutating func markCell() {
        guard let symbol = cursor.symbol, let column = cursorColumn else { return }
        if viewEnd == nil { holdView() }
        marks.toggle(symbol, column.minutes)
    }

    /// The first time starts a range or a rectangle at the cursor, the second time keeps it as marks; the other shape's key
    /// changes the shape.
    mutating func markRange(_ shape: RangeAnchor.Shape) {
        guard let symbol = cursor.symbol else { return }
        if viewEnd == nil { holdView() }
        guard let anchor = rangeAnchor else {
            rangeAnchor = RangeAnchor(symbol: symbol, minute: cursor.minute, shape: shape)
            return
        }
        guard anchor.shape == shape else {
            rangeAnchor?.shape = shape
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
    mutating func holdView() {
        guard let calendar = cursorCalendar else { return }
        viewEnd = CoverageAxis(calendar, zoom: zoom).newestEnd(now: now)
    }

    /// What lies between the anchor and the cursor: places of rows, and the minutes marked of them.
    var rangeSpans: [MarkSpan] {
        guard let anchor = rangeAnchor, let symbol = cursor.symbol, let calendar = cursorCalendar,
            let from = rowPlaces[anchor.symbol], let to = rowPlaces[symbol]
        else { return [] }
        let axis = CoverageAxis(calendar, zoom: zoom)
        guard let a = axis.column(at: anchor.minute)?.minutes, let b = axis.column(at: cursor.minute)?.minutes else {
            return []
        }
        let between = min(a.lowerBound, b.lowerBound)..<max(a.upperBound, b.upperBound)
        guard anchor.shape == .range, from != to, let view = viewMinutes else {
            return [MarkSpan(places: min(from, to)...max(from, to), minutes: between)]
        }
        let (first, last) = from < to ? (a, b) : (b, a)
        let whole = min(view.lowerBound, between.lowerBound)..<max(view.upperBound, between.upperBound)
        let (top, bottom) = (min(from, to), max(from, to))
        var spans = [MarkSpan(places: top...top, minutes: first.lowerBound..<whole.upperBound)]
        if bottom - top > 1 { spans.append(MarkSpan(places: top + 1...bottom - 1, minutes: whole)) }
        return spans + [MarkSpan(places: bottom...bottom, minutes: whole.lowerBound..<last.upperBound)]
    }

    private var viewMinutes: Range<Minute>? {
        guard let area = layout.content(.coverage) else { return nil }
        let columns = columnsInView(cursorCalendar ?? .xnys, area)
        guard let first = columns.first?.minutes.lowerBound, let last = columns.last?.minutes.upperBound else {
            return nil
        }
        return first..<last
    }

    /// The cells of the range, each symbol on its own calendar.
    private var rangeCells: [(symbol: SymbolName, minutes: Range<Minute>)] {
        rangeSpans.flatMap { span in
            flatRows[span.places].flatMap { symbol -> [(symbol: SymbolName, minutes: Range<Minute>)] in
                let axis = CoverageAxis(members[symbol]?.calendar ?? .xnys, zoom: zoom)
                return axis.columns(within: span.minutes).map { (symbol, $0.minutes) }
            }
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
