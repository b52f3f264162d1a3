import Pipeline
import Terminal

extension ConsoleState {
    /// Whether the order of rows must stay as it is: something is marked, ranged or asked.
    private var rowsAreHeld: Bool {
        switch overlay {
        case .asking, .typing: return true
        case .nothing, .leaving, .filtering, .help: break
        }
        return !marks.isEmpty || rangeAnchor != nil
    }

    /// Chooses and orders the symbols of each band, and keeps the cursor on one of them.
    mutating func refreshRows() {
        let source = rowSource
        guard let status, source != rowsMadeFrom, !rowsAreHeld || rowOrder.isEmpty else { return }
        rowsMadeFrom = source
        for calendar in CalendarName.allCases {
            let symbols = status.universe.filter { $0.calendar == calendar && passesFilter($0.symbol) }.map(\.symbol)
            rowOrder[calendar] = order == .name ? symbols.sorted() : worstFirst(symbols.sorted(), calendar)
        }
        if cursor.symbol.map({ !(rowOrder[members[$0]?.calendar ?? .xnys] ?? []).contains($0) }) ?? true {
            cursor.symbol = calendars.first.flatMap { rowOrder[$0]?.first }
            if following { followMarket() }
        }
    }

    private var rowSource: RowSource {
        var source = RowSource(universe: universeGeneration, filter: filter, order: order)
        guard order == .worstFirst else { return source }
        source.cells = cellsGeneration
        source.zoom = zoom
        source.viewEnd = viewEnd
        source.minute = now.minute
        source.columns = columns
        return source
    }

    private func passesFilter(_ symbol: SymbolName) -> Bool {
        let negated = filter.first == "!"
        let wanted = (negated ? String(filter.dropFirst()) : filter).lowercased()
        guard !wanted.isEmpty else { return true }
        return symbol.text.lowercased().contains(wanted) != negated
    }

    /// Unrepairable counts more than missing; equals keep the order of their names.
    private func worstFirst(_ symbols: [SymbolName], _ calendar: CalendarName) -> [SymbolName] {
        guard let area = layout.content(.coverage) else { return rowOrder[calendar] ?? symbols }
        let columns = coverageGeometry(area).band(of: calendar)?.columns ?? []
        let scored = symbols.map { symbol in
            (symbol, members[symbol].map { badness($0, columns) } ?? 0)
        }
        return scored.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map(\.0)
    }

    private func badness(_ member: UniverseMember, _ columns: [PlacedColumn]) -> Int {
        let row = cells.row(member.symbol)
        return columns.reduce(0) { sum, placed in
            let summary = summary(member, placed.column, row: row, repairing: nil)
            return sum + (summary.unknown ? 0 : summary.counts.missing + 1_000 * summary.counts.unrepairable)
        }
    }

    /// Moves the view as little as is needed to show the cursor.
    mutating func keepCursorInView() {
        guard status != nil, let area = layout.content(.coverage), let calendar = cursorCalendar else { return }
        let geometry = coverageGeometry(area)
        guard let band = geometry.band(of: calendar) else { return }
        if let symbol = cursor.symbol, let index = band.symbols.firstIndex(of: symbol) {
            let height = max(1, band.area.rows - band.headingRows)
            var first = band.shown.lowerBound
            if index < first { first = index }
            if index >= first + height { first = index - height + 1 }
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
