import Pipeline
import Terminal

extension ConsoleState {
    /// Whether the order of rows must stay as it is: something is marked, ranged or asked.
    private var rowsAreHeld: Bool {
        switch overlay {
        case .asking, .typing, .command: return true
        case .nothing, .leaving, .filtering, .help, .journal: break
        }
        return !marks.isEmpty || rangeAnchor != nil
    }

    /// Chooses and orders the symbols of each band, and keeps the cursor on one of them.
    mutating func refreshRows() {
        let source = rowSource
        guard let status, source != rowsMadeFrom, !rowsAreHeld || rowOrder.isEmpty else { return }
        rowsMadeFrom = source
        let area = layout.content(.coverage)
        for calendar in CalendarName.allCases {
            let columns = filterQuery.needsCells ? area.map { columnsInView(calendar, $0) } ?? [] : []
            let shown = status.universe.filter { $0.calendar == calendar && passesFilter($0, columns) }
            let symbols = shown.map(\.symbol).sorted()
            rowOrder[calendar] = order == .name ? symbols : worstFirst(symbols, calendar)
        }
        placeRows()
        if cursor.symbol.map({ rowPlaces[$0] == nil }) ?? true {
            cursor.symbol = calendars.first.flatMap { rowOrder[$0]?.first }
            if following { followMarket() }
        }
    }

    private mutating func placeRows() {
        rowsGeneration += 1
        flatRows = calendars.flatMap { rowOrder[$0] ?? [] }
        rowPlaces = Dictionary(
            flatRows.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// The place of a symbol among those of its calendar; nil where it is not shown.
    func place(in calendar: CalendarName, _ symbol: SymbolName) -> Int? {
        guard let place = rowPlaces[symbol] else { return nil }
        let before = calendars.prefix { $0 != calendar }.reduce(0) { $0 + (rowOrder[$1] ?? []).count }
        let count = (rowOrder[calendar] ?? []).count
        return (before..<before + count).contains(place) ? place - before : nil
    }

    private var rowSource: RowSource {
        var source = RowSource(universe: universeGeneration, filter: filter, order: order)
        if filterQuery.needsReasons { source.reasons = reasons.generation }
        guard needsEverySymbol else { return source }
        source.cells = cellsGeneration
        source.zoom = zoom
        source.viewEnd = viewEnd
        source.minute = now.minute
        source.columns = columns
        return source
    }

    /// Unrepairable counts more than missing; equals keep the order of their names.
    private func worstFirst(_ symbols: [SymbolName], _ calendar: CalendarName) -> [SymbolName] {
        guard let area = layout.content(.coverage) else { return rowOrder[calendar] ?? symbols }
        let columns = columnsInView(calendar, area)
        let scored = symbols.map { symbol in
            (symbol, members[symbol].map { badness($0, columns) } ?? 0)
        }
        return scored.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map(\.0)
    }

    private func badness(_ member: UniverseMember, _ columns: [AxisColumn]) -> Int {
        let row = cells.row(member.symbol)
        return columns.reduce(0) { sum, column in
            let summary = summary(member, column, row: row, repairing: nil)
            return sum + (summary.unknown ? 0 : summary.counts.missing + 1_000 * summary.counts.unrepairable)
        }
    }

    /// Moves the view as little as is needed to show the cursor.
    mutating func keepCursorInView() {
        guard status != nil, let area = layout.content(.coverage), let calendar = cursorCalendar else { return }
        let geometry = coverageGeometry(area)
        guard let band = geometry.band(of: calendar) else { return }
        if let symbol = cursor.symbol, let index = place(in: calendar, symbol) {
            let height = max(1, band.area.rows - band.headingRows) * band.symbolsPerRow
            var first = band.shown.lowerBound
            if index < first { first = index }
            if index >= first + height { first = index - height + 1 + (index - height + 1) % band.symbolsPerRow }
            scroll[calendar] = first
        }
        keepColumnInView(band, width: area.columns - geometry.labelColumns, cellWidth: geometry.cellColumns)
    }

    private mutating func keepColumnInView(_ band: CoverageBand, width: Int, cellWidth: Int) {
        guard viewEnd != nil, let first = band.columns.first?.column, let last = band.columns.last?.column,
            let column = band.axis.column(at: cursor.minute)
        else { return }
        if column.expected.lowerBound < first.expected.lowerBound {
            viewEnd = band.axis.end(startingAt: column, width: width, cellWidth: cellWidth)
        } else if column.expected.lowerBound > last.expected.lowerBound {
            viewEnd = column.expected.upperBound
        }
    }
}
