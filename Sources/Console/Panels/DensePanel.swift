import Pipeline
import Terminal

extension ConsoleState {
    /// Two symbols on each row of the screen: the upper half of a cell is the one, the lower half the other.
    func drawDenseRows(
        _ grid: inout Grid, _ band: CoverageBand, _ geometry: CoverageGeometry, _ places: Range<Int>, spans: [MarkSpan]
    ) {
        let here = cursorColumn.flatMap { column in band.columns.firstIndex { $0.column == column } }
        let first = places.lowerBound - (places.lowerBound - band.shown.lowerBound) % 2
        for place in stride(from: first, to: places.upperBound, by: 2) {
            let row = band.row(ofPlace: place)
            let upper = band.symbols[place]
            let lower = place + 1 < band.shown.upperBound ? band.symbols[place + 1] : nil
            let upperLine = denseLine(upper, band)
            let lowerLine = lower.map { denseLine($0, band) } ?? []
            for (index, placed) in band.columns.enumerated() {
                func ink(_ line: [CellSummary], of symbol: SymbolName?) -> Role? {
                    guard let symbol, index < line.count else { return nil }
                    if index == here, symbol == cursor.symbol { return .cursor }
                    return isMarked(symbol, placed.column, spans) ? .marked : self.ink(line[index])
                }
                let inks = (ink(upperLine, of: upper), ink(lowerLine, of: lower))
                let cell = isColourless ? Self.plainHalves(inks) : Self.halves(inks)
                for offset in 0..<geometry.tileColumns { grid[placed.screenColumn + offset, row] = cell }
            }
            // The symbol under the cursor is named, else the upper one.
            let named = lower == cursor.symbol ? lower ?? upper : upper
            guard let member = members[named] else { continue }
            let total = (named == upper ? upperLine : lowerLine).reduce(into: SlotCounts()) { sum, cell in
                if !cell.unknown { sum += cell.counts }
            }
            drawLabel(&grid, member, total, column: band.area.column, row: row, geometry: geometry)
        }
    }

    private func denseLine(_ symbol: SymbolName, _ band: CoverageBand) -> [CellSummary] {
        guard let member = members[symbol] else { return [] }
        let row = cells.row(symbol)
        let busy = repairing[symbol]
        return band.columns.map { summary(member, $0.column, row: row, repairing: busy) }
    }

    /// What half a cell is filled with; nil where nothing stands there.
    private func ink(_ summary: CellSummary) -> Role? {
        switch summary.state {
        case .closed: return nil
        case .unknown, .pending: return .cellPending
        case .unrepairable: return .cellUnrepairable
        case .missing: return .heat(min(summary.share, 0.99))
        case .repairing: return .cellRepairing
        case .fresh: return .gold
        case .seam, .revised, .quiet, .whole: return .heat8
        }
    }

    private static func halves(_ inks: (Role?, Role?)) -> Cell {
        switch inks {
        case (nil, nil): .blank
        case (let upper?, let lower?): upper == lower ? Cell(" ", upper, under: upper) : Cell("▀", upper, under: lower)
        case (let upper?, nil): Cell("▀", upper, under: .text)
        case (nil, let lower?): Cell("▄", lower, under: .text)
        }
    }

    /// Without colours a half is lit where something is amiss, or under the cursor.
    private static func plainHalves(_ inks: (Role?, Role?)) -> Cell {
        func isLit(_ ink: Role?) -> Bool { ink.map { $0 != .heat8 && $0 != .cellPending && $0 != .gold } ?? false }
        func either(_ role: Role) -> Bool { inks.0 == role || inks.1 == role }
        let role: Role = either(.cursor) ? .cursor : either(.marked) ? .marked : .text
        switch (isLit(inks.0), isLit(inks.1)) {
        case (true, true): return Cell("█", role)
        case (true, false): return Cell("▀", role)
        case (false, true): return Cell("▄", role)
        case (false, false): return inks == (nil, nil) ? .blank : Cell("·", .dim)
        }
    }
}
