import Pipeline

/// What the sums of sessions were made for; they are looked at again only when that changes.
struct SumSource: Hashable, Sendable {
    var cells: Int
    var rows: RowSource?
    var zoom: CoverageZoom
    var first: Minute
    var last: Minute
    var shown: [Range<Int>]
    var everySymbol: Bool
}

extension ConsoleState {
    /// Whether the order or the choice of rows depends on every symbol, and not only on those in view.
    var needsEverySymbol: Bool { order == .worstFirst || filterQuery.needsCells }

    /// Sums up the sessions in view that are over, each once: a year of five hundred symbols is then drawn from sums.
    mutating func refreshSums() {
        guard zoom == .year, status != nil, let area = layout.content(.coverage) else { return }
        let bands = coverageGeometry(area).bands
        guard let first = bands.first?.columns.first?.column, let last = bands.first?.columns.last?.column else {
            return
        }
        let source = SumSource(
            cells: cellsGeneration, rows: rowsMadeFrom, zoom: zoom, first: first.expected.lowerBound,
            last: last.expected.upperBound, shown: bands.map(\.shown), everySymbol: needsEverySymbol)
        guard source != summedFrom else { return }
        summedFrom = source
        for band in bands {
            let symbols = needsEverySymbol ? band.symbols[...] : band.symbols[band.shown]
            for symbol in symbols where repairing[symbol] == nil { sumUp(symbol, band.columns) }
        }
    }

    private mutating func sumUp(_ symbol: SymbolName, _ columns: [PlacedColumn]) {
        guard let member = members[symbol], let row = cells.row(symbol), let first = columns.first?.column else {
            return
        }
        let settled = (now - CoverageIndex.grace).minute
        var end = first.expected.lowerBound.hour
        var unbroken = true
        for column in columns.map(\.column) where column.expected.upperBound <= settled {
            let day = column.session.date.dayNumber
            if row.sessions[day] == nil {
                let sum = summary(member, column, row: row, repairing: nil)
                // What is freshly healed fades with time, and what is not loaded is not known: neither is kept.
                if sum.unknown || sum.fresh > 0 {
                    unbroken = false
                    continue
                }
                cells.keep(sum, symbol, day: day)
            }
            if unbroken { end = Minute(column.expected.upperBound.index - 1).hour.advanced(by: 1) }
        }
        let begin = first.expected.lowerBound.hour
        if begin < end { cells.keepSpan(begin..<end, symbol) }
    }
}
